//! Members: the projects that an image is shared with.

use serde_json::{Value, json};

use super::{body_of, find, is_owner, without_body};
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/images/{id}/members", Handler::Read(list)),
    Route::post("/images/{id}/members", Handler::Write(create)),
    Route::get("/images/{id}/members/{member}", Handler::Read(show)),
    Route::put("/images/{id}/members/{member}", Handler::Write(update)),
    Route::delete("/images/{id}/members/{member}", Handler::Write(delete)),
];

/// What a member may say to an image that is shared with it.
pub(super) const STATUSES: &[&str] = &["pending", "accepted", "rejected"];

/// How many members an image may have.
const MOST: usize = 128;

/// What a project says to the image, if it is shared with it.
pub(super) fn status_of<'i>(image: &'i Document, project: &str) -> Option<&'i str> {
    let shared = image.text("visibility") == "shared";
    let members = image.get("members").as_array().filter(|_| shared)?;
    members.iter().find(|member| member["member_id"] == project)?["status"].as_str()
}

fn view(image: &Document, member: &Value) -> Value {
    json!({
        "member_id": member["member_id"],
        "image_id": image.id,
        "status": member["status"],
        "created_at": member["created_at"],
        "updated_at": member["updated_at"],
        "schema": "/v2/schemas/member",
    })
}

/// The members of an image that the caller may know of: the owner all, a member itself.
fn members(call: &Call<'_>, image: &Document) -> Vec<Value> {
    let all = image.get("members").as_array().into_iter().flatten();
    all.filter(|member| is_owner(call, image) || member["member_id"] == call.who.project.as_str())
        .cloned()
        .collect()
}

fn is_shared(image: &Document) -> bool {
    image.text("visibility") == "shared"
}

fn find_image(call: &Call<'_>) -> Result<Document, Refusal> {
    find(call, |id| format!("Image {id} not found."))
}

fn not_allowed(verb: &str, image: &Document) -> Refusal {
    Refusal::forbidden(format!("Not allowed to {verb} members for image {}.", image.id))
}

fn not_a_member(call: &Call<'_>, image: &Document) -> Refusal {
    let id = call.segment("member");
    let message = format!("{id} not found in the member list of the image {}.", image.id);
    Refusal::not_found(message)
}

/// `GET /images/{id}/members`
fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    without_body(call)?;
    let image = find_image(call)?;
    if !is_shared(&image) {
        return Err(Refusal::forbidden(format!(
            "Not allowed to list members for image {}: Only shared images have members.",
            image.id
        )));
    }
    let members: Vec<_> = members(call, &image).iter().map(|one| view(&image, one)).collect();
    Ok(Reply::ok(json!({ "members": members, "schema": "/v2/schemas/members" })))
}

/// `GET /images/{id}/members/{member}`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    without_body(call)?;
    let image = find_image(call)?;
    if !is_shared(&image) {
        return Err(Refusal::not_found("Only shared images have members."));
    }
    let members = members(call, &image);
    let member = members.iter().find(|member| member["member_id"] == call.segment("member"));
    let member = member.ok_or_else(|| not_a_member(call, &image))?;
    Ok(Reply::ok(view(&image, member)))
}

/// `POST /images/{id}/members`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let Value::Object(body) = body_of(call)? else {
        let message = "Expected a member in the form: {\"member\": \"image_id\"}";
        return Err(Refusal::bad_request(message));
    };
    let id = match body.get("member") {
        None => return Err(Refusal::bad_request("Member to be added not specified")),
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        Some(_) => String::new(),
    };
    if id.is_empty() {
        return Err(Refusal::bad_request("Member can't be empty"));
    }
    let mut image = find_image(call)?;
    if !is_shared(&image) || !is_owner(call, &image) {
        return Err(not_allowed("create", &image));
    }
    let mut members = members(call, &image);
    if members.iter().any(|member| member["member_id"] == id.as_str()) {
        let message = format!("Member {id} is duplicated for image {}", image.id);
        return Err(Refusal::conflict(message));
    }
    if members.len() == MOST {
        let message = format!(
            "Image member limit exceeded for image {}: The limit has been exceeded on the number of \
             allowed image members for this image. Attempted: {}, Maximum: {MOST}:",
            image.id,
            MOST + 1
        );
        return Err(Refusal::new(413, message));
    }
    let now = call.now.seconds();
    let member =
        json!({ "member_id": id, "status": "pending", "created_at": now, "updated_at": now });
    let reply = Reply::ok(view(&image, &member));
    members.push(member);
    image.set("members", members);
    call.transaction.update(&image)?;
    Ok(reply)
}

/// `PUT /images/{id}/members/{member}`: the member accepts or rejects; the owner cannot.
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let Value::Object(body) = body_of(call)? else {
        let message = "Expected a status in the form: {\"status\": \"status\"}";
        return Err(Refusal::bad_request(message));
    };
    let Some(status) = body.get("status") else {
        return Err(Refusal::bad_request("Status not specified"));
    };
    let mut image = find_image(call)?;
    let is_own = image.get("owner") == call.who.project.as_str();
    if !is_shared(&image) || (is_own && !call.who.is_admin()) {
        return Err(not_allowed("update", &image));
    }
    let mut members = image.get("members").as_array().cloned().unwrap_or_default();
    let wanted = call.segment("member");
    let may_see = call.who.is_admin() || wanted == call.who.project;
    let member = members.iter_mut().find(|member| may_see && member["member_id"] == wanted);
    let member = member.ok_or_else(|| not_a_member(call, &image))?;
    if !status.as_str().is_some_and(|status| STATUSES.contains(&status)) {
        return Err(Refusal::bad_request(
            "Incorrect request: Status must be \"pending\", \"accepted\" or \"rejected\".",
        ));
    }
    member["status"] = status.clone();
    member["updated_at"] = call.now.seconds().into();
    let reply = Reply::ok(view(&image, member));
    image.set("members", members);
    call.transaction.update(&image)?;
    Ok(reply)
}

/// `DELETE /images/{id}/members/{member}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    without_body(call)?;
    let mut image = find_image(call)?;
    if !is_shared(&image) || !is_owner(call, &image) {
        return Err(not_allowed("delete", &image));
    }
    let mut members = members(call, &image);
    let before = members.len();
    members.retain(|member| member["member_id"] != call.segment("member"));
    if members.len() == before {
        return Err(not_a_member(call, &image));
    }
    image.set("members", members);
    call.transaction.update(&image)?;
    Ok(Reply::empty(204))
}
