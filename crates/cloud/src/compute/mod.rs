//! Compute: instances and what they are made of (Nova, Glance).

mod flavor;
mod image;
mod instance;
mod keypair;
mod server_group;
mod zone;

pub use flavor::{Flavor, GetFlavor, ListFlavors};
pub use image::{
    CreateImage, DeleteImage, GetImage, Image, ListImages, SaveImage, SetImage, UnsetImage,
    Visibility, Visible,
};
pub use instance::{
    AddFixedIp, AddNetwork, AddPort, AddSecurityGroup, Address, BlockDevice, ConfirmResize,
    ConsoleFollower, ConsoleKind, ConsoleLog, ConsoleUrl, CreateInstance, CreateInstances,
    DeleteInstance, DiskPlace, DiskSource, Fault, FixedIp, GetConsoleLog, GetConsoleUrl,
    GetInstance, Instance, InstanceEvent, Interface, ListInstanceEvents, ListInstances,
    LockInstance, Nic, NicCard, NicWord, PauseInstance, RebootInstance, RebootType,
    RebuildInstance, RemoveNetwork, RemovePort, RemoveSecurityGroup, RescueInstance,
    ResizeInstance, ResumeInstance, RevertResize, SetInstance, ShelveInstance, Snapshot,
    SnapshotInstance, StartInstance, StopInstance, SuspendInstance, TerminateInstance,
    UnlockInstance, UnpauseInstance, UnrescueInstance, UnsetInstance, UnshelveInstance,
};
pub use keypair::{CreateKeypair, DeleteKeypair, GetKeypair, Keypair, ListKeypairs, NewKeypair};
pub use server_group::{
    CreateServerGroup, DeleteServerGroup, GetServerGroup, GroupPolicy, ListServerGroups,
    ServerGroup,
};
pub use zone::{ListAvailabilityZones, Zone};

use crate::operation::service;

service! {
    /// Instances, images, flavors, key pairs, server groups and availability zones.
    Compute, compute, contract InfomaniakComputeClient,
    nouns instance, image, flavor, keypair, server_group, zone
}
