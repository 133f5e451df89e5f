//! The verbs for many rows.

use futures_util::Stream;
use palabre_model::Result;

use super::content::Job;
use super::{Many, Plan, Report, Row, start};
use crate::{Client, Contacts, Messages};

/// No rows: a run goes on with what the ledger holds.
type Nothing = futures_util::stream::Empty<Result<Row>>;

impl Messages<'_> {
    /// Sends to many people, each row once, whatever happens.
    ///
    /// Rows have the arguments of [`send`](Self::send) and of
    /// [`send_template`](Self::send_template) (`to`, `text`, `template`, `variables`, …), `key` for a
    /// name of the caller's, and what placeholders name. With a ledger that has begun, the same rows
    /// have to be given, and only what is left is sent.
    ///
    /// # Errors
    ///
    /// What is wrong with the ledger, or with what is given for all rows. What fails for a row is in
    /// the ledger; what would fail for every further row ends the run and is in the report.
    pub async fn send_many(
        &self,
        rows: impl Stream<Item = Result<Row>> + Send,
        many: Many,
    ) -> Result<Report> {
        start::start(self.0, Some(Job::Send), Some(rows), many).await
    }

    /// Tells what [`send_many`](Self::send_many) would send and what it would refuse, row by row. No
    /// request is made.
    ///
    /// # Errors
    ///
    /// What is wrong with what is given for all rows.
    pub async fn plan(
        &self,
        rows: impl Stream<Item = Result<Row>> + Send,
        contents: Row,
        allow_duplicates: bool,
    ) -> Result<Plan> {
        Plan::make(self.0, Job::Send, rows, contents, allow_duplicates).await
    }
}

impl Contacts<'_> {
    /// Creates many contacts, each row once, whatever happens. Rows have the arguments of
    /// [`create`](Self::create) by name, and `key`.
    ///
    /// # Errors
    ///
    /// As [`send_many`](Messages::send_many).
    pub async fn import_many(
        &self,
        rows: impl Stream<Item = Result<Row>> + Send,
        many: Many,
    ) -> Result<Report> {
        start::start(self.0, Some(Job::Import), Some(rows), many).await
    }

    /// Deletes many contacts with a ledger, each once, whatever happens. Rows have `id`, and `key`.
    ///
    /// # Errors
    ///
    /// As [`send_many`](Messages::send_many).
    pub async fn delete_many_with(
        &self,
        rows: impl Stream<Item = Result<Row>> + Send,
        many: Many,
    ) -> Result<Report> {
        start::start(self.0, Some(Job::Delete), Some(rows), many).await
    }
}

impl Client {
    /// Goes on with a campaign where it was, with the rows that its ledger holds.
    ///
    /// # Errors
    ///
    /// As [`send_many`](Messages::send_many).
    pub async fn resume(&self, many: Many) -> Result<Report> {
        start::start(self, None, None::<Nothing>, many).await
    }
}
