//! Creating many instances alike: one request, and one list for each look at how they are doing.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::super::state::with_reason;
use super::super::{Flavor, Image};
use super::again;
use super::lost::marked;
use super::{Compute, CreateInstance, Instance};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::network::Network;
use crate::operation::{Argument, Call, Described, Effect, Given, Mode, Operation, schema_of};
use crate::page::Pages;
use crate::resource::{Maybe, Named, Resource, Several};
use crate::wait::lost::LOOKS;
use crate::wait::{Look, until};

/// Creates several instances alike and waits until all of them are ACTIVE.
///
/// See [`create_instance`](Compute::create_instance) for what they are made of. Made by
/// [`Compute::create_instances`], or from a call of one by [`Call::several`].
#[derive(Debug, Clone)]
pub struct CreateInstances {
    /// What each of them is; of its name `web` come `web-1`, `web-2` ...
    pub each: CreateInstance,
    /// How many.
    pub count: u32,
}

const COUNT: Argument = Argument {
    name: "count",
    about: "How many to create, called NAME-1, NAME-2 ...",
    flags: &[],
    required: true,
    default: || Value::Null,
    schema: schema_of::<u32>,
};

/// The arguments of one, with the number behind the required ones.
const ARGUMENTS: [Argument; CreateInstance::ARGUMENTS.len() + 1] = {
    let one = CreateInstance::ARGUMENTS;
    let mut all = [COUNT; CreateInstance::ARGUMENTS.len() + 1];
    let mut index = 0;
    while index < one.len() {
        let place = if one[index].required { index } else { index + 1 };
        all[place] = one[index];
        if one[index].required {
            all[index + 1] = COUNT;
        }
        index += 1;
    }
    all
};

impl Described for CreateInstances {
    const SERVICE: &'static str = <Compute>::NAME;
    const METHOD: &'static str = "create_instances";
    const COMMAND: &'static str = CreateInstance::COMMAND;
    const POSITIONALS: &'static [&'static str] = CreateInstance::POSITIONALS;
    const EFFECT: Effect = Effect::Changes;
    const ABOUT: &'static str = "\
Creates several instances alike and waits until all of them are ACTIVE.

It is one request, which Nova grants or refuses as a whole. All of them carry one tag `ik-create-...`, by
which they are listed while they are waited for. When some of them end in ERROR, the error tells which
and why, and has the records of all of them. With `--or-show` those that are there stay as they are,
and the missing ones are made, each by a request of its own.

Nova: `POST /servers` with `min_count` and `max_count`, then `GET /servers/detail?tags={tag}`.

```sh
ik server create node --count 3 --flavor a1-ram2-disk20-perf1 --image \"Debian 12 bookworm\" --network demo-net
```
";
    const ARGUMENTS: &'static [Argument] = &ARGUMENTS;

    fn read(mut given: Map<String, Value>) -> Result<Self> {
        let mut number = Given::new(given.shift_remove_entry("count").into_iter().collect());
        let count = number.required("count")?;
        Ok(CreateInstances { each: CreateInstance::read(given)?, count })
    }

    fn subject(&self) -> String {
        format!("{} count={}", self.each.subject(), self.count)
    }
}

impl<M: Mode> Compute<M> {
    /// Creates several instances alike and waits until all of them are ACTIVE.
    ///
    /// It is one request, which Nova grants or refuses as a whole. When some of them end in ERROR, the
    /// error tells which and why, and has the records of all of them ([`Error::done`]). For what is
    /// optional, begin with [`create_instance`](Self::create_instance) and end with
    /// [`several`](Call::several).
    ///
    /// Nova: `POST /servers` with `min_count` and `max_count`, then `GET /servers/detail?tags={tag}`.
    pub fn create_instances(
        &self,
        name: impl Into<String>,
        flavor: impl Into<Named<Flavor>>,
        image: impl Into<Maybe<Image>>,
        network: impl Into<Several<Network>>,
        count: u32,
    ) -> Call<CreateInstances, M> {
        self.create_instance(name, flavor, image, network).several(count)
    }
}

impl<M> Call<CreateInstance, M> {
    /// So many instead of one, called `web-1`, `web-2` ... after a name `web`.
    pub fn several(self, count: u32) -> Call<CreateInstances, M> {
        self.instead(|each| CreateInstances { each, count })
    }
}

impl Operation for CreateInstances {
    type Output = Vec<Instance>;

    const OR_SHOW: bool = true;

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Vec<Instance>>> {
        again::completed(cloud, self).await
    }

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Instance>> {
        if self.count == 0 {
            return Err(Error::new(Kind::Invalid, "no instance is asked for")
                .with_hint("say how many there shall be: 1 or more"));
        }
        let mut order = self.each.order(cloud).await?;
        order.server["min_count"] = self.count.into();
        order.server["max_count"] = self.count.into();
        order.send(cloud).await?;
        let mut made = self.made(cloud, &order.mark).await.map_err(|error| {
            let hint = format!("list them: ik server list --tags {}", order.mark);
            error.with_processed(Processed::Yes).with_better_hint(hint)
        })?;
        // `web-2` before `web-10`.
        made.sort_by(|a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name)));
        if self.each.wait {
            made = with_reasons(cloud, made).await;
        }
        match self.failure(&made) {
            Some(error) => Err(error.with_done(&made)),
            None => Ok(made),
        }
    }
}

/// So many failed ones are asked for their reasons: those of the others will be the same.
const ASKED: usize = 10;

/// The same instances; those that failed have Nova's reason.
async fn with_reasons(cloud: &Cloud, made: Vec<Instance>) -> Vec<Instance> {
    let mut asked = 0;
    let mut all = Vec::with_capacity(made.len());
    for instance in made {
        let ask = instance.status == "ERROR" && asked < ASKED;
        asked += usize::from(ask);
        all.push(if ask { with_reason(cloud, instance).await } else { instance });
    }
    all
}

impl CreateInstances {
    /// All that were made: at rest, if they are to be waited for.
    async fn made(&self, cloud: &Cloud, mark: &str) -> Result<Vec<Instance>> {
        let wanted = usize::try_from(self.count).unwrap_or(usize::MAX);
        let list = || Pages::<Instance>::new(cloud, marked(mark), Instance::MANY).all();
        if !self.each.wait {
            let mut made = list().await?;
            for pause in LOOKS {
                if made.len() >= wanted {
                    break;
                }
                tokio::time::sleep(pause).await;
                made = list().await?;
            }
            return Ok(made);
        }
        let subject = format!("{} instances `{}`", self.count, self.each.name);
        let seen = Mutex::new(HashSet::new());
        until(cloud, &subject, || async {
            let made = list().await?;
            let resting = made.iter().filter(|instance| rests(instance)).count();
            let ids = made.iter().map(|instance| instance.id.clone());
            let known = {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.extend(ids);
                seen.len()
            };
            // One that somebody deletes meanwhile is not waited for.
            if known >= wanted && resting == made.len() {
                return Ok(Look::Done(made));
            }
            Ok(Look::Pending(format!("{resting} of {wanted} ready")))
        })
        .await
    }

    /// What went wrong with which of them, if anything did.
    fn failure(&self, made: &[Instance]) -> Option<Error> {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for instance in made.iter().filter(|instance| self.went_wrong(instance)) {
            let why = instance.fault.as_ref().map_or("its reason is not known", |f| &f.message);
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, names)) => names.push(&instance.name),
                None => reasons.push((why, vec![&instance.name])),
            }
        }
        let failed: usize = reasons.iter().map(|(_, names)| names.len()).sum();
        let missing = usize::try_from(self.count).unwrap_or(usize::MAX).saturating_sub(made.len());
        if failed + missing == 0 {
            return None;
        }
        let mut message = format!("{} of {} instances went wrong", failed + missing, self.count);
        for (why, names) in &reasons {
            let _ = write!(message, "; {} in ERROR: {why}", some(names));
        }
        if missing > 0 {
            let _ = write!(message, "; {missing} are not there");
        }
        Some(
            Error::new(Kind::Failed, message)
                .with_service(Instance::SERVICE.kind)
                .with_resource(&self.each.name)
                .with_processed(Processed::Yes)
                .with_hint("they stay behind as they are: look at them, then delete what failed"),
        )
    }

    fn went_wrong(&self, instance: &Instance) -> bool {
        self.each.wait && instance.status != "ACTIVE" || instance.status == "ERROR"
    }
}

/// Whether nothing more is being done to it.
fn rests(instance: &Instance) -> bool {
    instance.task_state.is_none() && instance.status != "BUILD"
}

/// Names listed before the rest is only counted.
const NAMED: usize = 5;

/// `web-1, web-2`, or `web-1, ... and 20 more`.
fn some(names: &[&str]) -> String {
    let named = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
