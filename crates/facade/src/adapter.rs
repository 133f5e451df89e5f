//! What a vendor's adapter can implement. What it leaves out is unsupported.

use async_trait::async_trait;
use jiff::Timestamp;
use palabre_model::{
    AddReport, BulkReport, Contact, Conversation, ConversationStatus, DailyStatistic, DeleteReport,
    Error, ErrorKind, Group, Message, MonthlyStatistic, Number, OtpCheck, Page, RemoveReport,
    Result, SentOtp, StatisticsTable, Support, Taken, Template, Verb,
};
use palabre_transport::{Credentials, FailedAnswer, KeySource, Spec, TokenSource, VendorError};

use secrecy::SecretString;

use crate::at::{At, Capabilities};
use crate::listing::ListOptions;
use crate::sign_in::SignIn;
use crate::{
    ContactChanges, GroupChanges, MessageFilter, MonthRange, NewBulk, NewContact, NewGroup,
    NewMessage, NewOtp, NewTemplateMessage, Outgoing,
};

/// The methods have the names of the facade's verbs.
#[async_trait]
pub(crate) trait Adapter: Send + Sync {
    fn spec(&self) -> &'static Spec;

    /// What the vendor can do; a verb that is missing is a mistake that a test finds.
    fn capabilities(&self) -> &'static Capabilities;

    /// What a message can be; none where the vendor sends nothing.
    fn contents(&self) -> &'static [Taken];

    /// Reads the vendor's errors.
    fn error_reader(&self) -> fn(&FailedAnswer<'_>) -> VendorError;

    /// The ways to sign in, the usual one first.
    fn sign_ins(&self) -> &'static [SignIn];

    /// Where tokens come from, for a vendor that hands them out.
    fn token_source(&self, _credentials: &Credentials) -> Option<Box<dyn TokenSource>> {
        None
    }

    /// Where the keys of numbers come from, for a vendor that lists them.
    fn key_source(&self, _credentials: &Credentials) -> Option<Box<dyn KeySource>> {
        None
    }

    /// Why credentials of this kind do not reach what the vendor can do, if they do not.
    fn out_of_reach(&self, _has: &dyn Fn(&str) -> bool, _verb: Verb) -> Option<&'static str> {
        None
    }

    fn support(&self, verb: Verb) -> Support {
        self.capabilities()
            .iter()
            .find(|(known, _)| *known == verb)
            .map_or(
                Support::Unsupported("not in the capability table"),
                |(_, support)| *support,
            )
    }

    async fn numbers_list(&self, at: &At, _options: ListOptions) -> Result<Page<Number>> {
        Err(absent(at))
    }

    async fn numbers_get(&self, at: &At, _id: &str) -> Result<Number> {
        Err(absent(at))
    }

    async fn numbers_api_key(&self, at: &At, _id: &str) -> Result<SecretString> {
        Err(absent(at))
    }

    async fn contacts_list(&self, at: &At, _options: ListOptions) -> Result<Page<Contact>> {
        Err(absent(at))
    }

    async fn contacts_get(&self, at: &At, _id: &str) -> Result<Contact> {
        Err(absent(at))
    }

    async fn contacts_create(&self, at: &At, _contact: NewContact) -> Result<Contact> {
        Err(absent(at))
    }

    async fn contacts_update(
        &self,
        at: &At,
        _id: &str,
        _changes: ContactChanges,
    ) -> Result<Contact> {
        Err(absent(at))
    }

    async fn contacts_delete(&self, at: &At, _id: &str) -> Result<()> {
        Err(absent(at))
    }

    async fn contacts_delete_many(&self, at: &At, _ids: &[String]) -> Result<DeleteReport> {
        Err(absent(at))
    }

    async fn contacts_groups(
        &self,
        at: &At,
        _id: &str,
        _options: ListOptions,
    ) -> Result<Page<Group>> {
        Err(absent(at))
    }

    async fn groups_list(&self, at: &At, _options: ListOptions) -> Result<Page<Group>> {
        Err(absent(at))
    }

    async fn groups_get(&self, at: &At, _id: &str) -> Result<Group> {
        Err(absent(at))
    }

    async fn groups_create(&self, at: &At, _group: NewGroup) -> Result<Group> {
        Err(absent(at))
    }

    async fn groups_update(&self, at: &At, _id: &str, _changes: GroupChanges) -> Result<Group> {
        Err(absent(at))
    }

    async fn groups_delete(&self, at: &At, _id: &str) -> Result<()> {
        Err(absent(at))
    }

    async fn groups_members(
        &self,
        at: &At,
        _id: &str,
        _options: ListOptions,
    ) -> Result<Page<Contact>> {
        Err(absent(at))
    }

    async fn groups_add_members(&self, at: &At, _id: &str, _ids: &[String]) -> Result<AddReport> {
        Err(absent(at))
    }

    async fn groups_remove_members(
        &self,
        at: &At,
        _id: &str,
        _ids: &[String],
    ) -> Result<RemoveReport> {
        Err(absent(at))
    }

    async fn conversations_list(
        &self,
        at: &At,
        _options: ListOptions,
    ) -> Result<Page<Conversation>> {
        Err(absent(at))
    }

    async fn conversations_get(&self, at: &At, _id: &str) -> Result<Conversation> {
        Err(absent(at))
    }

    async fn conversations_set_status(
        &self,
        at: &At,
        _id: &str,
        _status: ConversationStatus,
    ) -> Result<()> {
        Err(absent(at))
    }

    async fn messages_send(&self, at: &At, _message: NewMessage) -> Result<Message> {
        Err(absent(at))
    }

    async fn messages_send_template(
        &self,
        at: &At,
        _message: NewTemplateMessage,
    ) -> Result<Message> {
        Err(absent(at))
    }

    /// The number that a message goes out from if it names none; `None` where that is the vendor's to
    /// say, and where a rehearsal may not ask.
    #[cfg_attr(
        not(feature = "ledger"),
        allow(dead_code, reason = "campaigns ask for it")
    )]
    async fn sender(&self, _at: &At) -> Result<Option<String>> {
        Ok(None)
    }

    async fn messages_schedule(
        &self,
        at: &At,
        _message: Outgoing,
        _when: Timestamp,
    ) -> Result<Message> {
        Err(absent(at))
    }

    async fn messages_send_bulk(&self, at: &At, _bulk: NewBulk) -> Result<BulkReport> {
        Err(absent(at))
    }

    async fn messages_get(&self, at: &At, _id: &str) -> Result<Message> {
        Err(absent(at))
    }

    async fn messages_list(
        &self,
        at: &At,
        _filter: MessageFilter,
        _options: ListOptions,
    ) -> Result<Page<Message>> {
        Err(absent(at))
    }

    async fn otp_send(&self, at: &At, _otp: NewOtp) -> Result<SentOtp> {
        Err(absent(at))
    }

    async fn otp_verify(&self, at: &At, _id: &str, _code: &str) -> Result<OtpCheck> {
        Err(absent(at))
    }

    async fn messages_mark_read(&self, at: &At, _to: &str, _from: Option<&str>) -> Result<()> {
        Err(absent(at))
    }

    async fn templates_list(&self, at: &At, _options: ListOptions) -> Result<Page<Template>> {
        Err(absent(at))
    }

    async fn stats_monthly(
        &self,
        at: &At,
        _range: MonthRange,
    ) -> Result<StatisticsTable<MonthlyStatistic>> {
        Err(absent(at))
    }

    async fn stats_current_month(&self, at: &At) -> Result<StatisticsTable<MonthlyStatistic>> {
        Err(absent(at))
    }

    async fn stats_today(&self, at: &At) -> Result<StatisticsTable<DailyStatistic>> {
        Err(absent(at))
    }
}

/// Reached only when a capability table promises what its adapter does not have.
fn absent(at: &At) -> Error {
    at.error(
        ErrorKind::Unsupported,
        "not implemented, although the capability table has it",
    )
}
