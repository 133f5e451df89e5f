//! One account at one vendor.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use palabre_model::{Error, ErrorKind, Outcome, Result, Support, Taken, Vendor, Verb};
use palabre_transport::observe::Observer;
use palabre_transport::{
    Account, Argument, Call, Credentials, Effect, Options, Rehearsal, RetryPolicy, Session, Spec,
};
use serde_json::{Map, Value};

use crate::adapter::Adapter;
use crate::at::{At, adapter_of, unsupported};
use crate::otp::Otp;
use crate::{Contacts, Conversations, Groups, Messages, Numbers, Stats, Tell, Templates, sign_in};

/// One account at one vendor. Cheap to clone; clones share the account and its connections.
///
/// A client belongs to one tokio runtime, since its connections do. [`Client::reconnected`] makes
/// one for another runtime.
#[derive(Clone)]
pub struct Client {
    session: Session,
    adapter: &'static dyn Adapter,
    timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
    progress: Option<Tell>,
    /// Why nothing can be sent.
    flaw: Option<Error>,
}

/// Collects what a [`Client`] needs.
pub struct ClientBuilder {
    vendor: Vendor,
    account: Option<String>,
    base_url: Option<String>,
    credentials: Credentials,
    options: Options,
}

impl ClientBuilder {
    /// Names the account; tables and errors show it. The default is the vendor's identifier.
    #[must_use]
    pub fn account(mut self, name: impl Into<String>) -> Self {
        self.account = Some(name.into());
        self
    }

    /// Sets the address of the API, for a sandbox or another environment of the vendor.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets what the client authenticates with: `api_key`; MsgFlash also `team_id`; 99digital
    /// `client_id` and `client_secret`, or `access_token`, or for one number `api_key` with `number`;
    /// WapiFlow `client_id` and `client_secret`.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Sets everything that has a default.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Watches the account's requests; everything else stays as it is.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.options.observer = Some(observer);
        self
    }

    /// Checks everything and opens the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) or
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names the setting.
    pub fn build(self) -> Result<Client> {
        Client::from_account(Arc::new(self.build_account()?))
    }

    /// Makes a client that can do nothing: what its vendor could answer fails with `error`.
    ///
    /// So an account that cannot be opened still takes part in a fleet, as one that fails. It has no
    /// address and no credentials.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when TLS cannot be set up.
    pub fn build_unusable(self, error: Error) -> Result<Client> {
        let adapter = adapter_of(self.vendor);
        let mut builder = Account::builder(adapter.spec(), adapter.error_reader());
        builder.name = self.account;
        // It reaches nobody, and needs no certificates for that.
        builder.base_url = Some("http://127.0.0.1".to_owned());
        let client = Client::from_account(Arc::new(builder.build()?))?;
        Ok(Client {
            flaw: Some(error),
            ..client
        })
    }

    /// Checks everything, without connections: for callers that run several runtimes.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_account(self) -> Result<Account> {
        let adapter = adapter_of(self.vendor);
        sign_in::check(adapter.sign_ins(), &self.credentials)
            .map_err(|error| error.vendor(self.vendor))?;
        let mut builder = Account::builder(adapter.spec(), adapter.error_reader());
        builder.name = self.account;
        builder.base_url = self.base_url;
        builder.token_source = adapter.token_source(&self.credentials);
        builder.key_source = adapter.key_source(&self.credentials);
        builder.credentials = self.credentials;
        builder.options = self.options;
        builder.build()
    }
}

impl Client {
    /// Starts a client for an account at `vendor`.
    #[must_use]
    pub fn builder(vendor: Vendor) -> ClientBuilder {
        ClientBuilder {
            vendor,
            account: None,
            base_url: None,
            credentials: Credentials::default(),
            options: Options::default(),
        }
    }

    /// Opens a client for an account, with connections of its own.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when TLS cannot be set up.
    pub fn from_account(account: Arc<Account>) -> Result<Self> {
        Ok(Self {
            adapter: adapter_of(account.vendor()),
            session: Session::new(account)?,
            timeout: None,
            retry: None,
            progress: None,
            flaw: None,
        })
    }

    /// The same account with connections of its own, for another tokio runtime.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when TLS cannot be set up.
    pub fn reconnected(&self) -> Result<Self> {
        Ok(Self {
            timeout: self.timeout,
            retry: self.retry,
            progress: self.progress.clone(),
            flaw: self.flaw.clone(),
            ..Self::from_account(self.session.account().clone())?
                .renamed(self.name())
                .with_rehearsal(self.session.rehearsal().cloned())
        })
    }

    /// The same client for a dry run: what it would write or send is checked, put into `rehearsal`
    /// and never sent, and the call fails. Reads are sent unless the rehearsal is of everything.
    ///
    /// ```
    /// # async fn example(client: palabre::Client) {
    /// use std::sync::Arc;
    /// let rehearsal = Arc::new(palabre::Rehearsal::default());
    /// let rehearsed = client.rehearsed(rehearsal.clone());
    /// let refused = rehearsed.contacts().delete("CONTACT_UUID_1").await;
    /// for request in rehearsal.take() {
    ///     println!("{} {}", request.operation.method, request.url);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn rehearsed(&self, rehearsal: Arc<Rehearsal>) -> Self {
        self.with_rehearsal(Some(rehearsal))
    }

    /// The same client; `departure` is told before the first byte of a write may leave.
    #[cfg(feature = "ledger")]
    pub(crate) fn noting(&self, departure: Arc<palabre_transport::Departure>) -> Self {
        Self {
            session: self.session.noting(departure),
            ..self.clone()
        }
    }

    /// The same client; `clock` hears the vendor's in every answer.
    #[cfg(feature = "ledger")]
    pub(crate) fn clocked(&self, clock: Arc<palabre_transport::VendorClock>) -> Self {
        Self {
            session: self.session.clocked(clock),
            ..self.clone()
        }
    }

    /// How long a call may take.
    #[cfg(feature = "ledger")]
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(self.account().options().timeout)
    }

    fn with_rehearsal(&self, rehearsal: Option<Arc<Rehearsal>>) -> Self {
        Self {
            session: self.session.rehearsed(rehearsal),
            ..self.clone()
        }
    }

    /// The same client, but its requests are answered by a function, and nothing leaves.
    ///
    /// Requests are checked as always, and answers are judged and read as always. For tests that
    /// need thousands of answers, and answers that no vendor would give.
    #[cfg(feature = "replay")]
    #[must_use]
    pub fn replayed(
        &self,
        answer: impl Fn(&reqwest::Request) -> http::Response<bytes::Bytes> + Send + Sync + 'static,
    ) -> Self {
        Self {
            session: self.session.replayed(answer),
            ..self.clone()
        }
    }

    /// The same client with another time-out for whole calls; the client's own if `None`. Each page of
    /// a list, and each request of a verb for many, has that time.
    #[must_use]
    pub fn with_timeout(&self, timeout: Option<Duration>) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The same client with another policy of repeats; the account's own if `None`.
    ///
    /// ```
    /// # async fn example(client: palabre::Client) -> palabre::Result<()> {
    /// use palabre::RetryPolicy;
    ///
    /// let once = client.with_retry(Some(RetryPolicy::off()));
    /// let contact = once.contacts().get("CONTACT_UUID_1").await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_retry(&self, retry: Option<RetryPolicy>) -> Self {
        Self {
            retry,
            ..self.clone()
        }
    }

    /// The same client, whose listings and batches tell how far they have come; nobody if `None`.
    ///
    /// Listings tell after each page, `contacts.delete_many` after each request, and a `get` that
    /// is emulated by paging after each page that it has looked through. The total is what the
    /// vendor tells; it is not known where the vendor does not tell it or a cursor was given.
    ///
    /// ```
    /// # async fn example(client: palabre::Client) -> palabre::Result<()> {
    /// use std::sync::Arc;
    ///
    /// let client = client.with_progress(Some(Arc::new(|progress: palabre::Progress| {
    ///     eprintln!("{} of {:?}", progress.done, progress.total);
    /// })));
    /// let contacts = client.contacts().list(Default::default()).collect().await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_progress(&self, progress: Option<Tell>) -> Self {
        Self {
            progress,
            ..self.clone()
        }
    }

    /// The same account and connections under another name.
    #[must_use]
    pub fn renamed(&self, name: &str) -> Self {
        Self {
            session: self.session.renamed(name),
            ..self.clone()
        }
    }

    /// The name under which tables and errors show the account.
    #[must_use]
    pub fn name(&self) -> &str {
        self.session.name()
    }

    /// The vendor.
    #[must_use]
    pub fn vendor(&self) -> Vendor {
        self.session.account().vendor()
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Arc<Account> {
        self.session.account()
    }

    /// Tells whether the vendor can do something for this account, and how: some credentials reach
    /// a part only of what the vendor can do.
    #[must_use]
    pub fn supports(&self, verb: Verb) -> Support {
        let credentials = self.session.account().credentials();
        support_with(self.vendor(), verb, |keyword| credentials.contains(keyword))
    }

    /// WhatsApp numbers of the account.
    #[must_use]
    pub fn numbers(&self) -> Numbers<'_> {
        Numbers(self)
    }

    /// The address book.
    #[must_use]
    pub fn contacts(&self) -> Contacts<'_> {
        Contacts(self)
    }

    /// Groups of contacts.
    #[must_use]
    pub fn groups(&self) -> Groups<'_> {
        Groups(self)
    }

    /// The inbox.
    #[must_use]
    pub fn conversations(&self) -> Conversations<'_> {
        Conversations(self)
    }

    /// Sending.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages(self)
    }

    /// One-time codes.
    #[must_use]
    pub fn otp(&self) -> Otp<'_> {
        Otp(self)
    }

    /// Templates.
    #[must_use]
    pub fn templates(&self) -> Templates<'_> {
        Templates(self)
    }

    /// Statistics.
    #[must_use]
    pub fn stats(&self) -> Stats<'_> {
        Stats(self)
    }

    /// Calls any operation of the vendor's spec by its `operationId`, with the client's
    /// authentication, limits and redaction, and returns plain JSON.
    ///
    /// Path, query and header parameters and the properties of the body are given together, by
    /// their wire names.
    ///
    /// # Errors
    ///
    /// The error of the call; [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) for an
    /// unknown operation or argument, with the known ones.
    pub async fn call(
        &self,
        operation: &str,
        arguments: BTreeMap<String, Argument>,
    ) -> Result<Value> {
        self.call_with_extra(operation, arguments, Map::new()).await
    }

    /// Calls any operation like [`call`](Self::call), with fields that its spec does not know.
    ///
    /// They go out with the body, or with the query of an operation that has no body.
    ///
    /// # Errors
    ///
    /// The error of the call; [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) also for a
    /// field that is given twice, or does not fit into a query.
    pub async fn call_with_extra(
        &self,
        operation: &str,
        arguments: BTreeMap<String, Argument>,
        extra: Map<String, Value>,
    ) -> Result<Value> {
        self.check()?;
        let known = self.adapter.spec().operation(operation);
        let verb = known.map_or("call", |operation| operation.id);
        Call::new(self.session.clone(), verb, self.timeout, &[])
            .with_retry(self.retry)
            .call(operation, arguments, extra)
            .await
    }

    /// The size in bytes up to which a file is worth reading for a field of a body, by its wire name:
    /// the largest that any operation takes. `None` if there is no limit, or it is not checked.
    #[must_use]
    pub fn largest_file(&self, field: &str) -> Option<u64> {
        if !self.session.account().options().validate {
            return None;
        }
        let operations = self.adapter.spec().operations.iter();
        let rules =
            operations.filter_map(|operation| operation.body.as_ref()?.rule.property(field));
        let limits: Option<Vec<u64>> = rules.map(|rule| rule.max_bytes).collect();
        limits?.into_iter().max()
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn adapter(&self) -> &'static dyn Adapter {
        self.adapter
    }

    fn check(&self) -> Result<()> {
        self.flaw.clone().map_or(Ok(()), Err)
    }

    /// What is told of progress, if somebody wants to know.
    #[cfg(feature = "ledger")]
    pub(crate) fn tell(&self) -> Option<&Tell> {
        self.progress.as_ref()
    }

    /// Where a verb runs; an error if the vendor cannot do it.
    pub(crate) fn at(&self, verb: Verb) -> Result<At> {
        if let Support::Unsupported(why) = self.adapter.support(verb) {
            return Err(unsupported(self.vendor(), self.session.name(), verb, why));
        }
        if let Support::Unsupported(why) = self.supports(verb) {
            return Err(Error::new(ErrorKind::Unsupported, why)
                .located(self.vendor(), self.session.name(), verb.as_str())
                .outcome(Outcome::NotSent));
        }
        self.check()?;
        Ok(At::new(
            self.session.clone(),
            verb,
            self.timeout,
            self.retry,
            self.progress.clone(),
        ))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("vendor", &self.vendor())
            .field("account", self.session.name())
            .finish_non_exhaustive()
    }
}

/// Tells whether a vendor can do something, and how.
///
/// ```
/// use palabre::{Support, Vendor, Verb};
/// assert_eq!(palabre::support(Vendor::MsgFlash, Verb::ContactsList), Support::Native);
/// ```
#[must_use]
pub fn support(vendor: Vendor, verb: Verb) -> Support {
    adapter_of(vendor).support(verb)
}

/// Tells whether a vendor can do something for an account that signs in with the credentials of which
/// `has` knows the keywords.
///
/// ```
/// use palabre::{Vendor, Verb};
/// let partner = |keyword: &str| keyword == "access_token";
/// let number = |keyword: &str| keyword == "api_key";
/// let vendor = Vendor::NinetyNineDigital;
/// assert!(palabre::support_with(vendor, Verb::NumbersList, partner).is_supported());
/// assert!(!palabre::support_with(vendor, Verb::NumbersList, number).is_supported());
/// ```
#[must_use]
pub fn support_with(vendor: Vendor, verb: Verb, has: impl Fn(&str) -> bool) -> Support {
    let support = support(vendor, verb);
    if !support.is_supported() {
        return support;
    }
    let out_of_reach = adapter_of(vendor).out_of_reach(&has, verb);
    out_of_reach.map_or(support, Support::Unsupported)
}

/// The vendors that have a verb, natively or emulated.
///
/// ```
/// use palabre::{Vendor, Verb};
/// assert_eq!(palabre::who_can(Verb::ContactsDeleteMany), [Vendor::MsgFlash, Vendor::WapiFlow]);
/// ```
#[must_use]
pub fn who_can(verb: Verb) -> Vec<Vendor> {
    let mut able = Vendor::ALL.to_vec();
    able.retain(|vendor| support(*vendor, verb).is_supported());
    able
}

/// What there is to say of a verb at a vendor: how it is emulated, why it is unsupported, and for
/// `messages.send` which contents the vendor takes.
///
/// ```
/// use palabre::{Vendor, Verb};
/// let note = palabre::note(Vendor::WapiFlow, Verb::MessagesSend).unwrap();
/// assert!(note.contains("image, document, video, audio as a file"), "{note}");
/// ```
#[must_use]
pub fn note(vendor: Vendor, verb: Verb) -> Option<Cow<'static, str>> {
    let support = support(vendor, verb);
    if verb == Verb::MessagesSend && support.is_supported() {
        return Some(Taken::sentence(contents(vendor)).into());
    }
    support.note().map(Cow::Borrowed)
}

/// What a message can be at a vendor; empty where it sends none.
///
/// ```
/// use palabre::{Content, Form, Vendor};
/// let contents = palabre::contents(Vendor::WapiFlow);
/// let image = contents.iter().find(|taken| taken.content == Content::Image).unwrap();
/// assert_eq!(image.form, Form::File);
/// ```
#[must_use]
pub fn contents(vendor: Vendor) -> &'static [Taken] {
    adapter_of(vendor).contents()
}

/// The operations of a vendor's spec, for [`Client::call`].
///
/// ```
/// let spec = palabre::spec(palabre::Vendor::MsgFlash);
/// assert_eq!(spec.operation("list_contacts").unwrap().method, "GET");
/// ```
#[must_use]
pub fn spec(vendor: Vendor) -> &'static Spec {
    adapter_of(vendor).spec()
}

/// Tells whether a verb, or an operation of the vendor's spec, changes something or reaches a person.
///
/// ```
/// use palabre::Vendor;
/// assert!(palabre::is_write(Vendor::WapiFlow, "messages.send"));
/// assert!(!palabre::is_write(Vendor::WapiFlow, "list_templates"));
/// ```
#[must_use]
pub fn is_write(vendor: Vendor, call: &str) -> bool {
    #[cfg(feature = "ledger")]
    if crate::ledger::is_verb(call) {
        return true;
    }
    match call.parse::<Verb>() {
        Ok(verb) => verb.is_write(),
        Err(_) => {
            let operation = adapter_of(vendor).spec().operation(call);
            operation.is_some_and(|operation| operation.effect != Effect::Read)
        }
    }
}
