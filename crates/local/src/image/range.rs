//! Parts of data: the `Range` header.

use crate::call::Refusal;

/// From where, and how many bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) start: u64,
    pub(super) length: u64,
}

/// What `bytes=0-3` means for data of this size.
pub(super) fn parse(header: &str, size: u64) -> Result<Range, Refusal> {
    if header.contains(',') {
        return Err(Refusal::bad_request(
            "Requests with multiple ranges are not supported in Glance. You may make multiple \
             single-range requests instead.",
        ));
    }
    let (first, last) = split(header).ok_or_else(|| out_of_range("Invalid Range header."))?;
    let start = match (first, last) {
        (Some(first), _) => first,
        // The end of the data; all of it if it is not so long.
        (None, last) => size.saturating_sub(last.unwrap_or_default()),
    };
    if start >= size {
        let end = i128::from(size) - 1;
        return Err(out_of_range(&format!(
            "Invalid start position in Range header. Start position MUST be in the inclusive range \
             [0, {end}]."
        )));
    }
    let end = match (first, last) {
        (Some(_), Some(last)) => last.saturating_add(1).min(size),
        _ => size,
    };
    Ok(Range { start, length: end - start })
}

/// The two numbers of a range that makes sense; at least one is there.
fn split(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    };
    let (first, last) = (number(first)?, number(last)?);
    let makes_sense = match (first, last) {
        (Some(first), Some(last)) => first <= last,
        (first, last) => first.is_some() || last.is_some(),
    };
    (unit.trim().eq_ignore_ascii_case("bytes") && makes_sense).then_some((first, last))
}

fn out_of_range(detail: &str) -> Refusal {
    Refusal::new(416, "The Range requested is not available.").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_what_glance_takes_them_for() {
        for (header, start, length) in [
            ("bytes=0-3", 0, 4),
            ("bytes=2-", 2, 8),
            ("bytes=-2", 8, 2),
            ("bytes=-20", 0, 10),
            ("bytes=5-100", 5, 5),
            ("bytes=0-9", 0, 10),
            ("Bytes = 0 - 0", 0, 1),
        ] {
            assert_eq!(parse(header, 10).unwrap(), Range { start, length }, "{header}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (header, status) in [
            ("bytes=10-", 416),
            ("bytes=4-2", 416),
            ("bytes=", 416),
            ("bytes=-", 416),
            ("lines=1-2", 416),
            ("bytes=0-1,3-4", 400),
        ] {
            assert_eq!(parse(header, 10).unwrap_err().status, status, "{header}");
        }
        assert!(parse("bytes=0-1", 0).unwrap_err().detail.ends_with("[0, -1]."));
    }
}
