//! Things of the cloud as the services describe them, with every field: the face shows more of them
//! than the library's records have.

use infomaniak_cloud::page::Pages;
use infomaniak_cloud::resource::Resource;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::Service;
use infomaniak_cloud::{Cloud, Error, Kind};
use serde_json::Value;

/// Where things of one kind are found.
pub(super) struct Noun {
    /// What one of them is called.
    pub(super) name: &'static str,
    /// The service that has them.
    pub(super) service: &'static Service,
    /// The path of one, without its id.
    pub(super) path: &'static str,
    /// The path of the full list.
    pub(super) list: &'static [&'static str],
    /// The key of one in an answer; empty where the body is the thing itself.
    pub(super) one: &'static str,
    /// The key of many in an answer.
    pub(super) many: &'static str,
    /// The field that identifies one: its id, or its name where it has none.
    pub(super) key: &'static str,
    /// The field by which people call it.
    pub(super) called_by: &'static str,
    /// Whether a text can be such an identifier.
    pub(super) is_id: fn(&str) -> bool,
    /// A list that contains all those of a name, where that takes more than asking the full list for it.
    pub(super) called: Option<fn(&str) -> Request>,
}

impl Noun {
    /// The kind of thing that the library knows as `T`.
    pub(super) const fn of<T: Resource>() -> Noun {
        Noun {
            name: T::NOUN,
            service: T::SERVICE,
            path: T::PATH,
            list: T::LIST,
            one: T::ONE,
            many: T::MANY,
            key: "id",
            called_by: "name",
            is_id: T::is_id,
            called: Some(T::called),
        }
    }

    /// All of them, or those that a query leaves; so many at most.
    pub(super) async fn all(
        &self,
        cloud: &Cloud,
        path: &[&str],
        query: &[(String, String)],
        most: Option<usize>,
    ) -> Result<Vec<Value>, Error> {
        let request =
            query.iter().fold(Request::get(self.service, path), |request, (key, value)| {
                request.query(key, value)
            });
        let pages = Pages::<Value>::new(cloud, request, self.many);
        let all = match most {
            Some(most) => pages.first(most).await?,
            None => pages.all().await?,
        };
        Ok(all.into_iter().map(|thing| self.unwrap(thing)).collect())
    }

    /// One, by its identifier.
    pub(super) async fn get(&self, cloud: &Cloud, id: &str) -> Result<Value, Error> {
        self.at(cloud, &[self.path, id]).await
    }

    /// One, by its path.
    pub(super) async fn at(&self, cloud: &Cloud, path: &[&str]) -> Result<Value, Error> {
        let request = Request::get(self.service, path);
        let body: Value = cloud.send(request).await?.json()?;
        Ok(self.unwrap(body))
    }

    /// Some services put each thing into an object of its own.
    fn unwrap(&self, mut thing: Value) -> Value {
        match thing.get_mut(self.one) {
            Some(inner) if inner.is_object() => inner.take(),
            _ => thing,
        }
    }

    /// One, by name or identifier.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Ambiguous`] when several have this name.
    pub(super) async fn find(&self, cloud: &Cloud, text: &str) -> Result<Value, Error> {
        if (self.is_id)(text) {
            match self.get(cloud, text).await {
                Err(error) if error.kind() == Kind::NotFound => {}
                outcome => return outcome,
            }
        }
        let Some(called) = self.called else {
            return self.find_called(cloud, self.list, text).await;
        };
        let all = Pages::<Value>::new(cloud, called(text), self.many).all().await?;
        self.choose(all.into_iter().map(|thing| self.unwrap(thing)).collect(), text)
    }

    /// One of those below another thing, by name or identifier.
    ///
    /// # Errors
    /// As those of [`find`](Self::find).
    pub(super) async fn find_below(
        &self,
        cloud: &Cloud,
        above: [&str; 2],
        text: &str,
    ) -> Result<Value, Error> {
        let [kind, id] = above;
        if (self.is_id)(text) {
            match self.at(cloud, &[kind, id, self.path, text]).await {
                Err(error) if error.kind() == Kind::NotFound => {}
                outcome => return outcome,
            }
        }
        self.find_called(cloud, &[kind, id, self.path], text).await
    }

    /// The one of this name in a list.
    async fn find_called(&self, cloud: &Cloud, list: &[&str], text: &str) -> Result<Value, Error> {
        let called = [(self.called_by.to_string(), text.to_string())];
        self.choose(self.all(cloud, list, &called, None).await?, text)
    }

    /// The one of these that is meant.
    fn choose(&self, mut all: Vec<Value>, text: &str) -> Result<Value, Error> {
        if let Some(index) = all.iter().position(|thing| thing[self.key] == text) {
            return Ok(all.swap_remove(index));
        }
        all.retain(|thing| thing[self.called_by] == text);
        match (all.pop(), all.is_empty()) {
            (Some(found), true) => Ok(found),
            (None, _) => {
                let name = self.name;
                Err(Error::new(
                    Kind::NotFound,
                    format!("no {name} with a name or ID of '{text}' exists"),
                ))
            }
            (Some(_), false) => {
                let name = self.name;
                let error = Error::new(
                    Kind::Ambiguous,
                    format!("more than one {name} exists with the name '{text}'"),
                );
                Err(error.with_hint("use its ID"))
            }
        }
    }

    /// The identifier of what is named. What looks like one is taken for one.
    pub(super) async fn id(&self, cloud: &Cloud, text: &str) -> Result<String, Error> {
        if (self.is_id)(text) {
            return Ok(text.to_string());
        }
        let found = self.find(cloud, text).await?;
        Ok(found[self.key].as_str().unwrap_or(text).to_string())
    }
}
