use palabre_model::{Number, Result, Verb};

use crate::{Client, ListOptions, Listing};

/// The WhatsApp numbers of an account.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a>(pub(crate) &'a Client);

impl Numbers<'_> {
    /// Lists the numbers. Both vendors that can send the whole list at once.
    #[must_use]
    pub fn list(&self) -> Listing<Number> {
        let adapter = self.0.adapter();
        Listing::new(
            self.0.at(Verb::NumbersList),
            ListOptions::default(),
            move |at, options| Box::pin(async move { adapter.numbers_list(&at, options).await }),
        )
    }

    /// Reads one number; at ReachFlow with today's counters.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every call.
    pub async fn get(&self, id: &str) -> Result<Number> {
        let at = self.0.at(Verb::NumbersGet)?;
        at.check_id("id", id)?;
        self.0.adapter().numbers_get(&at, id).await
    }
}
