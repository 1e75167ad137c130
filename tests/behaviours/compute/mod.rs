//! Compute: instances, images, flavors, key pairs, availability zones.

mod filter;
mod flavor;
mod image;
mod image_data;
mod instance;
mod instance_change;
mod instance_disk;
mod instance_interface;
mod instance_many;
mod instance_name;
mod instance_refused;
mod instance_rest;
mod instance_state;
mod instance_volume;
mod instance_wired;
mod keypair;
mod server_group;
mod zone;

use infomaniak_cloud::compute::Instance;

pub(crate) use instance::becomes;
pub(crate) use keypair::PUBLIC_KEY;

use crate::case::{Group, Outcome};
use crate::context::Context;
use crate::things::INSTANCE;

pub(crate) fn groups() -> Vec<Group> {
    let group = |name, cases| Group { name, cases };
    vec![
        group("instance", instance::cases()),
        group("instance's name", instance_name::cases()),
        group("instance's interfaces", instance_interface::cases()),
        group("many instances", instance_many::cases()),
        group("instance attached", instance_wired::cases()),
        group("instance booted from a volume", instance_volume::cases()),
        group("instance refused", instance_refused::cases()),
        group("instance's state", instance_state::cases()),
        group("instance at rest", instance_rest::cases()),
        group("instance changed", instance_change::cases()),
        group("instance's size and disk", instance_disk::cases()),
        group("image", image::cases()),
        group("image's data", image_data::cases()),
        group("filtered lists", filter::cases()),
        group("flavor", flavor::cases()),
        group("key pair", keypair::cases()),
        group("server group", server_group::cases()),
        group("availability zone", zone::cases()),
    ]
}

/// A small running instance of the member, of a name made from `stem`.
pub(crate) async fn instance(context: &Context, stem: &str) -> Outcome<Instance> {
    let name = context.name(&INSTANCE, stem);
    instance_called(context, &name).await
}

/// A small running instance of a name that the case has claimed.
pub(crate) async fn instance_called(context: &Context, name: &str) -> Outcome<Instance> {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    Ok(compute.create_instance(name, target.flavor, target.image, target.network).await?)
}
