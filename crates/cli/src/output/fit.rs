//! Which columns fit a terminal, and how wide each may be.

/// A column that wants to be shown.
pub(crate) struct Column<'a> {
    pub(crate) name: &'a str,
    /// The width of its widest cell.
    pub(crate) width: usize,
}

/// Spaces between columns.
pub(crate) const GAP: usize = 2;

/// Texts are cut to this before a column goes that is wanted little, and no text is cut shorter than
/// the second.
const COMFORTABLE: usize = 24;
const SHORTEST: usize = 12;

/// Columns that go first when there is no room, the first one before the others.
const LEAST_WANTED: [&str; 38] = [
    "tz_source",
    "tz",
    "observed_at",
    "provenance",
    "meta",
    "vendor",
    "blocked",
    "header",
    "buttons",
    "footer",
    "idempotency_key",
    "conversation_id",
    "settled_at",
    "whatsapp_id",
    "media_url",
    "failed_at",
    "read_at",
    "delivered_at",
    "sent_at",
    "scheduled_at",
    "language_id",
    "category_id",
    "updated_at",
    "created_at",
    "post_code",
    "address",
    "given_name",
    "family_name",
    "city",
    "country",
    "status_text",
    "number_id",
    "contact_id",
    "notes",
    "rejected_reason",
    "coexistence",
    "characters",
    "error",
];

/// Columns whose values mean nothing when they are cut.
fn is_whole(name: &str) -> bool {
    let whole = [
        "phone", "number", "month", "date", "value", "status", "account", "vendor", "result", "url",
    ];
    whole.contains(&name)
        || name == "id"
        || ["_id", "_at", "_phone", "_count"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// The columns that are shown, by index, with their widths.
///
/// The least wanted columns go first, then texts are cut, then the last columns go.
pub(crate) fn fit(columns: &[Column<'_>], room: usize) -> Vec<(usize, usize)> {
    let width = |index: usize, most: usize| {
        let column = &columns[index];
        if is_whole(column.name) {
            column.width
        } else {
            column.width.min(most)
        }
    };
    let needed = |shown: &[usize], most: usize| {
        let widths: usize = shown.iter().map(|index| width(*index, most)).sum();
        widths + GAP * shown.len().saturating_sub(1)
    };
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    for name in &LEAST_WANTED {
        if needed(&shown, COMFORTABLE) > room && shown.len() > 1 {
            shown.retain(|index| columns[*index].name != *name);
        }
    }
    while needed(&shown, SHORTEST) > room && shown.len() > 1 {
        shown.pop();
    }
    let mut spare = room.saturating_sub(needed(&shown, SHORTEST));
    shown
        .into_iter()
        .map(|index| {
            let least = width(index, SHORTEST);
            let more = (columns[index].width - least).min(spare);
            spare -= more;
            (index, (least + more).min(room.max(1)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(columns: &[(&'static str, usize)], room: usize) -> Vec<(&'static str, usize)> {
        let given: Vec<_> = columns
            .iter()
            .map(|(name, width)| Column {
                name,
                width: *width,
            })
            .collect();
        fit(&given, room)
            .into_iter()
            .map(|(index, width)| (columns[index].0, width))
            .collect()
    }

    #[test]
    fn what_fits_is_shown_as_it_is() {
        let columns = [("id", 4), ("name", 20), ("phone", 14)];
        assert_eq!(shown(&columns, 80), columns);
    }

    #[test]
    fn columns_that_are_wanted_little_go_before_texts_are_cut() {
        let columns = [
            ("vendor", 8),
            ("id", 36),
            ("name", 20),
            ("phone", 14),
            ("created_at", 16),
        ];
        assert_eq!(
            shown(&columns, 92),
            [("id", 36), ("name", 20), ("phone", 14), ("created_at", 16)]
        );
        assert_eq!(
            shown(&columns, 80),
            [("id", 36), ("name", 20), ("phone", 14)]
        );
    }

    #[test]
    fn the_state_of_a_row_is_shown_however_much_else_there_is() {
        let columns = [
            ("row", 3),
            ("to", 16),
            ("state", 8),
            ("reason", 60),
            ("id", 36),
            ("conversation_id", 20),
            ("idempotency_key", 36),
            ("attempted_at", 20),
            ("settled_at", 20),
        ];
        let shown = shown(&columns, 80);
        let names: Vec<_> = shown.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["row", "to", "state", "reason", "id"]);
    }

    #[test]
    fn texts_are_cut_before_other_columns_go_and_numbers_never_are() {
        let columns = [("id", 36), ("name", 30), ("phone", 14)];
        assert_eq!(
            shown(&columns, 70),
            [("id", 36), ("name", 16), ("phone", 14)]
        );
        assert_eq!(shown(&columns, 60), [("id", 36), ("name", 22)]);
    }

    #[test]
    fn the_last_column_stays_however_narrow_the_terminal() {
        assert_eq!(shown(&[("id", 36), ("name", 9)], 10), [("id", 10)]);
    }
}
