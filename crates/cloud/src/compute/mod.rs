//! Compute: instances and what they are made of (Nova, Glance).

mod flavor;
mod image;
mod instance;
mod keypair;
mod zone;

pub use flavor::{Flavor, ListFlavors};
pub use image::{GetImage, Image, ListImages};
pub use instance::{
    Address, CreateInstance, DeleteInstance, Fault, GetInstance, Instance, ListInstances,
    RebootInstance, RebootType, StartInstance, StopInstance, TerminateInstance,
};
pub use keypair::{CreateKeypair, DeleteKeypair, Keypair, ListKeypairs, NewKeypair};
pub use zone::{ListAvailabilityZones, Zone};

use crate::operation::service;

service! {
    /// Instances, images, flavors, key pairs and availability zones.
    Compute, compute, contract InfomaniakComputeClient,
    nouns instance, image, flavor, keypair, zone
}
