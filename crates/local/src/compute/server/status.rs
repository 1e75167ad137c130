//! An instance's status, as Nova makes it of its state and of what is being done with it.

/// The status of an instance in `vm_state`, with which `task_state` is being done ("" for nothing).
pub(super) fn status(vm_state: &str, task_state: &str) -> &'static str {
    match (vm_state, task_state) {
        ("active", "rebooting" | "reboot_pending" | "reboot_started") => "REBOOT",
        (_, "rebooting_hard" | "reboot_pending_hard" | "reboot_started_hard") => "HARD_REBOOT",
        ("active", "updating_password") => "PASSWORD",
        (
            "active" | "stopped" | "error",
            "rebuilding" | "rebuild_block_device_mapping" | "rebuild_spawning",
        ) => "REBUILD",
        (
            "active" | "stopped",
            "resize_prep" | "resize_migrating" | "resize_migrated" | "resize_finish",
        ) => "RESIZE",
        ("resized", "resize_reverting") => "REVERT_RESIZE",
        ("active", _) => "ACTIVE",
        ("building", _) => "BUILD",
        ("stopped", _) => "SHUTOFF",
        ("resized", _) => "VERIFY_RESIZE",
        ("paused", _) => "PAUSED",
        ("suspended", _) => "SUSPENDED",
        ("rescued", _) => "RESCUE",
        ("error", _) => "ERROR",
        ("shelved", _) => "SHELVED",
        ("shelved_offloaded", _) => "SHELVED_OFFLOADED",
        _ => "UNKNOWN",
    }
}

/// All there are: a list may be asked for one of them.
pub(super) const ALL: &[&str] = &[
    "ACTIVE",
    "BUILD",
    "DELETED",
    "ERROR",
    "HARD_REBOOT",
    "MIGRATING",
    "PASSWORD",
    "PAUSED",
    "REBOOT",
    "REBUILD",
    "RESCUE",
    "RESIZE",
    "REVERT_RESIZE",
    "SHELVED",
    "SHELVED_OFFLOADED",
    "SHUTOFF",
    "SOFT_DELETED",
    "SUSPENDED",
    "UNKNOWN",
    "VERIFY_RESIZE",
];
