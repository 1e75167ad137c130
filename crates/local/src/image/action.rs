//! What is done to an image besides changing its fields: tags, and being taken out of use.

use super::{check_owner, done, find, is_owner, schema, without_body};
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::put("/images/{id}/tags/{tag}", Handler::Write(add_tag)),
    Route::delete("/images/{id}/tags/{tag}", Handler::Write(remove_tag)),
    Route::post("/images/{id}/actions/deactivate", Handler::Write(deactivate)),
    Route::post("/images/{id}/actions/reactivate", Handler::Write(reactivate)),
];

/// `PUT /images/{id}/tags/{tag}`
fn add_tag(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let tag = call.segment("tag").to_string();
    change_tags(call, "update", |tags| {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        Ok(())
    })
}

/// `DELETE /images/{id}/tags/{tag}`
fn remove_tag(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let tag = call.segment("tag").to_string();
    change_tags(call, "delete", |tags| match tags.iter().position(|known| *known == tag) {
        Some(index) => {
            tags.remove(index);
            Ok(())
        }
        None => Err(Refusal::not_found("The resource could not be found.")),
    })
}

fn change_tags(
    call: &mut Call<'_>,
    verb: &str,
    change: impl FnOnce(&mut Vec<String>) -> Result<(), Refusal>,
) -> Result<Reply, Refusal> {
    without_body(call)?;
    if verb == "update" {
        let tags = serde_json::json!({ "tags": [call.segment("tag")] });
        schema::check(tags.as_object().unwrap_or(&serde_json::Map::new()))?;
    }
    let mut image = find(call, |id| format!("Image {id} not found."))?;
    if !is_owner(call, &image) {
        let message = format!("Not allowed to {verb} tags for image {}.", image.id);
        return Err(Refusal::forbidden(message));
    }
    let tags = image.get("tags").as_array().into_iter().flatten();
    let mut tags: Vec<String> = tags.filter_map(|tag| Some(tag.as_str()?.to_string())).collect();
    change(&mut tags)?;
    super::kind::set_tags(&mut image, &tags.into())?;
    save(call, &mut image)?;
    Ok(done())
}

/// `POST /images/{id}/actions/deactivate`: it stays, but nobody can use its data.
fn deactivate(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    change_status(call, "deactivate", "active", "deactivated")
}

/// `POST /images/{id}/actions/reactivate`
fn reactivate(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    change_status(call, "reactivate", "deactivated", "active")
}

fn change_status(call: &mut Call<'_>, verb: &str, from: &str, to: &str) -> Result<Reply, Refusal> {
    without_body(call)?;
    let mut image = super::IMAGE.find(call, call.segment("id"))?;
    check_owner(call, &image)?;
    let status = image.text("status");
    if status == from {
        image.set("status", to);
        save(call, &mut image)?;
    } else if status != to {
        let message = format!("Not allowed to {verb} image in status '{status}'");
        return Err(Refusal::forbidden(message));
    }
    Ok(done())
}

/// Keeps the changed image.
pub(super) fn save(call: &Call<'_>, image: &mut Document) -> Result<(), Refusal> {
    image.set("updated_at", call.now.seconds());
    Ok(call.transaction.update(image)?)
}
