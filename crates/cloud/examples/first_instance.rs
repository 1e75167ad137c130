//! A first program: makes a key pair and an instance, shows it, and removes both again.
//!
//! It works on the cloud that the environment names:
//! `OS_CLOUD=demo cargo run -p infomaniak-cloud --example first_instance`

use std::time::Duration;

use infomaniak_cloud::{Cloud, Kind, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let cloud = Cloud::from_env()?;
    let compute = cloud.compute();

    // What there is to choose from.
    let flavors = compute.list_flavors().await?;
    let smallest = flavors.iter().filter(|flavor| flavor.disk > 0).min_by_key(|flavor| flavor.ram);
    let Some(flavor) = smallest else {
        println!("this project may use no flavor with a disk");
        return Ok(());
    };
    println!("{}: {} vCPU, {} MiB of memory", flavor.name, flavor.vcpus, flavor.ram);

    // A key pair that exists is no reason to stop: match on the kind of an error, not on its text.
    match compute.create_keypair("first-instance").await {
        Ok(keypair) => println!("key pair {}: {}", keypair.name, keypair.fingerprint),
        Err(error) if error.kind() == Kind::Conflict => println!("the key pair is there already"),
        Err(error) => return Err(error),
    }

    // Flavor, image and network by name or id; what is optional is set on the call.
    let instance = compute
        .create_instance("first-instance", flavor, "Debian 12 bookworm", "demo-net")
        .key_name("first-instance")
        .timeout(Duration::from_secs(300))
        .await?;
    println!("{} ({}) is {}", instance.name, instance.id, instance.status);
    for (network, addresses) in &instance.addresses {
        for address in addresses {
            println!("  {network}: {}", address.addr);
        }
    }

    compute.delete_instance(&instance).wait(true).await?;
    compute.delete_keypair("first-instance").await?;
    println!("both are gone again");
    Ok(())
}
