/// One page of a listing, as the vendor cut it.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items, in the vendor's order. An empty page is not the end of a listing.
    pub items: Vec<T>,
    /// Where the next page starts, as a plain string that can be stored; `None` at the end.
    pub next_cursor: Option<String>,
    /// How many items the vendor says there are in all, where it does.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// Makes the only page of a list that comes whole.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        let total = u64::try_from(items.len()).ok();
        Self {
            items,
            next_cursor: None,
            total,
        }
    }
}
