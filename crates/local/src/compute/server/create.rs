//! `POST /servers`: an instance, or several at once.

use serde_json::{Map, Value, json};

use super::{HOST, SERVER, ZONE, disk, network, plan, shape};
use crate::call::{Call, Refusal, Reply};
use crate::check::integer;
use crate::compute::{flavor::FLAVOR, keypair, links, name, quota, server_group};
use crate::image;
use crate::seed::new_id;
use crate::store::Document;

/// What all instances of one request have in common.
struct Order {
    body: Map<String, Value>,
    flavor: Value,
    disks: disk::Disks,
    networks: network::Wish,
    security_groups: Vec<String>,
    group: Option<Document>,
    password: String,
    reservation: String,
    disk_config: Value,
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &shape::CREATE)?;
    let order = read(call)?;
    let count = count(&order.body)?;
    let used = quota::Usage::of_project(call)?;
    used.refuse_more(call, count, &order.flavor)?;

    let mut first = None;
    for index in 0..count {
        let id = build(call, &order, (count > 1).then_some(index), count - index - 1)?;
        first.get_or_insert(id);
    }
    let id = first.unwrap_or_default();
    if order.body.get("return_reservation_id").is_some_and(crate::check::truth) {
        return Ok(Reply::new(202, json!({ "reservation_id": order.reservation })));
    }
    let groups: Vec<_> = order.security_groups.iter().map(|name| json!({ "name": name })).collect();
    let server = json!({
        "id": id,
        "links": links(call, "servers", &id),
        "OS-DCF:diskConfig": order.disk_config,
        "security_groups": groups,
        "adminPass": order.password,
    });
    let reply = Reply::wrapped(202, "server", server);
    Ok(reply.header("location", call.url(&format!("/servers/{id}"))))
}

/// Reads the body, and looks up all that it names.
fn read(call: &mut Call<'_>) -> Result<Order, Refusal> {
    let mut whole = std::mem::take(&mut call.body);
    let hints = ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"];
    let hints = hints.into_iter().find_map(|key| whole.get(key).cloned()).unwrap_or_default();
    let Value::Object(body) = whole["server"].take() else { return Err(name::malformed()) };
    let names_host = body.contains_key("host") || body.contains_key("hypervisor_hostname");
    if names_host && !call.who.is_admin() {
        return Err(Refusal::forbidden(
            "Policy doesn't allow compute:servers:create:requested_destination to be performed.",
        ));
    }
    name::check(body.get("name"))?;
    let flavor = find_flavor(call, &body["flavorRef"])?;
    let disks = disk::read(call, &body, &flavor)?;
    if let Some(key) = body.get("key_name").and_then(Value::as_str) {
        keypair::find(call, key)?
            .ok_or_else(|| Refusal::bad_request("Invalid key_name provided."))?;
    }
    check_zone(call, body.get("availability_zone").and_then(Value::as_str))?;
    let security_groups = network::security_groups(call, body.get("security_groups"))?;
    let networks = network::wish(call, body.get("networks"))?;
    let group = match hints.get("group").and_then(Value::as_str) {
        Some(id) => Some(server_group::find_for_server(call, id)?),
        None => None,
    };
    let password = body.get("adminPass").and_then(Value::as_str).map(str::to_string);
    let disk_config = body.get("OS-DCF:diskConfig").cloned().unwrap_or_else(|| "MANUAL".into());
    Ok(Order {
        flavor,
        disks,
        networks,
        security_groups,
        group,
        password: password.unwrap_or_else(name::password),
        reservation: format!("r-{}", &crate::identity::hex()[..8]),
        disk_config,
        body,
    })
}

/// Checks `zone`, or `zone:host`, which is for administrators.
fn check_zone(call: &Call<'_>, wish: Option<&str>) -> Result<(), Refusal> {
    let Some(wish) = wish else { return Ok(()) };
    let (zone, host) = wish.split_once(':').map_or((wish, None), |(zone, host)| (zone, Some(host)));
    if host.is_some() && !call.who.is_admin() {
        return Err(Refusal::forbidden(
            "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed.",
        ));
    }
    if zone != ZONE || host.is_some_and(|host| host != HOST) {
        return Err(Refusal::bad_request("The requested availability zone is not available"));
    }
    Ok(())
}

/// What the one host has for one instance: disk in GiB, memory in MiB, processors.
const CAPACITY: [(&str, i64); 3] = [("disk", 100_000), ("ram", 2_000_000), ("vcpus", 256)];

fn fits_host(flavor: &Value) -> bool {
    CAPACITY.iter().all(|(field, most)| flavor[*field].as_i64().unwrap_or_default() <= *most)
}

fn find_flavor(call: &Call<'_>, reference: &Value) -> Result<Value, Refusal> {
    let id = reference.as_str().map_or_else(|| reference.to_string(), str::to_string);
    let flavor = FLAVOR.find(call, &id).map_err(|missing| Refusal::bad_request(missing.message))?;
    Ok(part_of_server(&flavor))
}

/// What a server keeps of its flavor, whatever becomes of that.
pub(super) fn part_of_server(flavor: &Document) -> Value {
    json!({
        "id": flavor.id, "name": flavor.get("name"), "vcpus": flavor.get("vcpus"),
        "ram": flavor.get("ram"), "disk": flavor.get("disk"),
    })
}

const GIB: i64 = 1 << 30;

/// Whether an instance of this flavor can run this image.
pub(super) fn check_image(call: &Call<'_>, id: &str, flavor: &Value) -> Result<(), Refusal> {
    let image = image::find_for_boot(call, id)?
        .ok_or_else(|| Refusal::bad_request("Can not find requested image"))?;
    if image.text("status") != "active" {
        return Err(Refusal::bad_request(format!("Image {id} is not active.")));
    }
    if flavor["ram"].as_i64() < image.get("min_ram").as_i64() {
        return Err(Refusal::bad_request("Flavor's memory is too small for requested image."));
    }
    let disk = flavor["disk"].as_i64().unwrap_or_default();
    if disk == 0 {
        return Err(Refusal::forbidden(
            "Only volume-backed servers are allowed for flavors with zero disk.",
        ));
    }
    let least = image.get("min_disk").as_i64().unwrap_or_default() * GIB;
    if disk * GIB < least {
        return Err(Refusal::bad_request(format!(
            "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk \
             is {} bytes, minimum size is {least} bytes.",
            disk * GIB
        )));
    }
    Ok(())
}

fn count(body: &Map<String, Value>) -> Result<i64, Refusal> {
    let number = |name: &str| body.get(name).and_then(integer);
    let least = number("min_count").unwrap_or(1);
    let most = number("max_count").unwrap_or(least);
    if least > most {
        return Err(Refusal::bad_request("min_count must be <= max_count"));
    }
    Ok(most)
}

/// Makes one instance; its id. `index`: which of several; `rest`: how many are still to come.
fn build(
    call: &mut Call<'_>,
    order: &Order,
    index: Option<i64>,
    rest: i64,
) -> Result<String, Refusal> {
    let id = new_id();
    let mut server = document(call, order, &id, index);
    let mut placed = network::plug(call, &order.networks, &order.security_groups, &server)?;
    let joins = match &order.group {
        Some(group) => server_group::join(call, group, &server, rest)?,
        None => true,
    };
    if !joins || !fits_host(&order.flavor) {
        network::unplug(call, &server)?;
        placed = Err("No valid host was found. There are not enough hosts available.".into());
    }
    if placed.is_ok() {
        match order.disks.plug(call, &id)? {
            Ok(volumes) => server.set("volumes", volumes),
            Err(message) => {
                network::unplug(call, &server)?;
                placed = Err(message);
            }
        }
    }
    match placed {
        Ok(addresses) => plan_building(call, &mut server, order, &addresses),
        Err(message) => {
            let fault = json!({ "code": 500, "created": call.now.seconds(), "message": message });
            let failed = json!({ "vm_state": "error", "task_state": null, "fault": fault });
            plan(call, &mut server, &[json!({ "task_state": "networking" }), failed]);
        }
    }
    super::event::note(call, &server.id, "create")?;
    call.transaction.insert(&server)?;
    Ok(id)
}

fn plan_building(call: &Call<'_>, server: &mut Document, order: &Order, addresses: &Value) {
    let placed = json!({
        "task_state": "networking", "zone": ZONE, "host": HOST, "hostId": host_id(&server.owner),
    });
    let has_port = addresses.as_object().is_some_and(|addresses| !addresses.is_empty());
    let groups = if has_port { json!(order.security_groups) } else { json!([]) };
    let spawning =
        json!({ "task_state": "spawning", "addresses": addresses, "security_groups": groups });
    let launched = call.now.after(super::STEP * 4).micros_without_zone();
    let active = json!({
        "vm_state": "active", "task_state": null, "power_state": 1, "launched_at": launched,
    });
    plan(call, server, &[placed, spawning, json!({}), active]);
}

fn document(call: &Call<'_>, order: &Order, id: &str, index: Option<i64>) -> Document {
    let body = &order.body;
    let text = |field: &str| body.get(field).cloned().unwrap_or_else(|| "".into());
    let base = body["name"].as_str().unwrap_or_default();
    let name = index.map_or_else(|| base.to_string(), |index| format!("{base}-{}", index + 1));
    let hostname = match body.get("hostname").and_then(Value::as_str) {
        Some(hostname) => hostname.to_string(),
        None => name::hostname(&name, id),
    };
    let has_drive = body.get("config_drive").is_some_and(crate::check::truth);
    let mut tags: Vec<&Value> =
        body.get("tags").and_then(Value::as_array).into_iter().flatten().collect();
    tags.sort_by_key(|tag| tag.as_str().unwrap_or_default().to_string());
    tags.dedup();
    // Before there were descriptions, the name served as one.
    let description = match body.get("description") {
        Some(description) => description.clone(),
        None if call.version < (2, 19) => name.clone().into(),
        None => Value::Null,
    };
    let groups: Vec<_> = order.group.iter().map(|group| group.id.clone()).collect();
    let fields = json!({
        "name": name,
        "user_id": call.who.user,
        "vm_state": "building", "task_state": "scheduling", "power_state": 0,
        "metadata": body.get("metadata").cloned().unwrap_or_else(|| json!({})),
        "image_id": order.disks.image,
        "flavor": order.flavor,
        "created": call.now.seconds(), "updated": call.now.seconds(), "launched_at": null,
        "addresses": {},
        "accessIPv4": text("accessIPv4"), "accessIPv6": text("accessIPv6"),
        "OS-DCF:diskConfig": order.disk_config,
        "zone": "", "host": null, "hostId": "",
        "config_drive": if has_drive { "True" } else { "" },
        "key_name": body.get("key_name"),
        "locked": false, "locked_reason": null,
        "description": description,
        "tags": tags,
        "hostname": hostname,
        "instance_name": format!("instance-{}", &id[..8]),
        "reservation_id": order.reservation,
        "launch_index": index.unwrap_or_default(),
        "user_data": body.get("user_data"),
        "server_groups": groups,
    });
    Document::of(SERVER.name, &call.who.project, id, fields)
}

/// What a project sees of the host its instances are on: the same for all of them, and another
/// for another project.
pub(super) fn host_id(project: &str) -> String {
    use sha2::Digest;
    format!("{:x}", sha2::Sha224::digest(format!("{project}{HOST}")))
}
