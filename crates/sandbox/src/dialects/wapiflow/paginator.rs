//! Numbered pages, in the shape of the framework's length-aware paginator.

use serde_json::{Value, json};

use crate::call::Call;

/// What `paginate` falls back to in the installs when it is missing or no number.
const DEFAULT_SIZE: usize = 20;

/// Pages shown on either side of the current one once there are too many to show all.
const EACH_SIDE: usize = 3;

/// Cuts the page that the call asks for out of `items` and shows it with `row`.
///
/// The answer names the page's neighbours by address, with the host as the caller wrote it.
pub(super) fn page<T>(call: &Call, items: &[T], row: impl Fn(&T) -> Value) -> Value {
    let number = |name| {
        call.query(name)
            .and_then(|text| text.parse().ok())
            .filter(|n| *n > 0)
    };
    let current: usize = number("page").unwrap_or(1);
    let size: usize = number("paginate").unwrap_or(DEFAULT_SIZE);
    let total = items.len();
    let last = total.div_ceil(size).max(1);

    let start = (current - 1).saturating_mul(size).min(total);
    let shown = &items[start..(start + size.min(total - start))];
    let (from, to) = match shown.len() {
        0 => (None, None),
        count => (Some(start + 1), Some(start + count)),
    };

    let path = format!("{}{}", call.origin, call.path.trim_end_matches('/'));
    let address = |page: usize| format!("{path}?page={page}");
    let previous = (current > 1).then(|| address(current - 1));
    let next = (current < last).then(|| address(current + 1));

    let mut links = vec![json!({"url": previous, "label": "&laquo; Previous", "active": false})];
    links.extend(
        shown_pages(current, last)
            .into_iter()
            .map(|page| match page {
                Some(page) => json!({
                    "url": address(page),
                    "label": page.to_string(),
                    "active": page == current,
                }),
                None => json!({"url": null, "label": "...", "active": false}),
            }),
    );
    links.push(json!({"url": next, "label": "Next &raquo;", "active": false}));

    json!({
        "current_page": current,
        "data": shown.iter().map(row).collect::<Vec<_>>(),
        "first_page_url": address(1),
        "from": from,
        "last_page": last,
        "last_page_url": address(last),
        "links": links,
        "next_page_url": next,
        "path": path,
        "per_page": size,
        "prev_page_url": previous,
        "to": to,
        "total": total,
    })
}

/// The pages that get a link; `None` is a gap.
fn shown_pages(current: usize, last: usize) -> Vec<Option<usize>> {
    let is_near = |page: usize| page.abs_diff(current) <= EACH_SIDE;
    let mut shown = Vec::new();
    for page in 1..=last {
        if page <= 2 || page + 1 >= last || is_near(page) {
            shown.push(Some(page));
        } else if shown.last() != Some(&None) {
            shown.push(None);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_pages_are_left_out_of_the_links() {
        assert_eq!(shown_pages(1, 3), [Some(1), Some(2), Some(3)]);
        let middle = shown_pages(10, 20);
        let expected: Vec<_> = [1, 2].into_iter().map(Some).chain([None]).collect();
        assert_eq!(middle[..3], expected);
        assert_eq!(middle[3..10], (7..=13).map(Some).collect::<Vec<_>>());
        assert_eq!(middle[10..], [None, Some(19), Some(20)]);
    }
}
