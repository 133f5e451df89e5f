//! 99digital: the partners API, with a token, a list of numbers and the conversations by month; and
//! the WhatsApp API, with what one number sends and knows.

mod capability;
mod convert;
mod error;
mod history;
mod keys;
mod lists;
mod paging;
mod send;
mod token;

use async_trait::async_trait;
use palabre_clients::ninetynine_digital::{Client, SPEC, shapes, types};
use palabre_model::{
    Contact, ErrorKind, Message, MonthlyStatistic, Number, Outcome, Page, Raw, Result,
    StatisticsTable, Taken, Template, Verb, normalize_digits,
};
use palabre_transport::{
    Call, Credentials, FailedAnswer, KeySource, Spec, TokenSource, VendorError,
};
use secrecy::SecretString;

use crate::adapter::Adapter;
use crate::at::{At, Capabilities};
use crate::sign_in::SignIn;
use crate::vendors::{filled, whole};
use crate::{ListOptions, MessageFilter, MonthRange, NewMessage, NewTemplateMessage, slices};

pub(crate) struct NinetyNineDigital;

fn client(at: &At, call: &Call) -> Client {
    Client::new_with_client(at.base_url(), at.session.http().clone(), call.clone())
}

#[async_trait]
impl Adapter for NinetyNineDigital {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn capabilities(&self) -> &'static Capabilities {
        capability::CAPABILITIES
    }

    fn contents(&self) -> &'static [Taken] {
        capability::CONTENTS
    }

    fn error_reader(&self) -> fn(&FailedAnswer<'_>) -> VendorError {
        error::read
    }

    fn sign_ins(&self) -> &'static [SignIn] {
        &[
            SignIn {
                required: &["client_id", "client_secret"],
                optional: &["number"],
            },
            SignIn {
                required: &["access_token"],
                optional: &["number"],
            },
            SignIn {
                required: &["api_key"],
                optional: &["number"],
            },
        ]
    }

    fn token_source(&self, credentials: &Credentials) -> Option<Box<dyn TokenSource>> {
        let has_pair = credentials.contains("client_id");
        has_pair.then(|| Box::new(token::ClientToken) as _)
    }

    fn key_source(&self, credentials: &Credentials) -> Option<Box<dyn KeySource>> {
        (!credentials.contains("api_key")).then(|| Box::new(keys::PartnerKeys) as _)
    }

    fn out_of_reach(&self, has: &dyn Fn(&str) -> bool, verb: Verb) -> Option<&'static str> {
        let is_partners = matches!(verb.noun(), "numbers" | "stats");
        (is_partners && has("api_key")).then_some(
            "the api_key of a number reaches its messages, templates and contacts only; sign in with \
             client_id and client_secret, or access_token, for the numbers and their statistics",
        )
    }

    async fn numbers_list(&self, at: &At, _options: ListOptions) -> Result<Page<Number>> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).get_whatsapp().await)?;
        let total = whole(answer.value.total_whats_app);
        let list = answer.value.list.ok_or_else(|| at.missing("list"))?;
        let numbers = slices::convert(at, &answer.body, "/list", list, |number, item| {
            convert::number_from_wire(at, number, Raw::new(item, &shapes::WHATS_APP_NUMBER))
        })?;
        check_whole(at, total, numbers.len())?;
        let mut page = Page::whole(numbers);
        page.total = total.or(page.total);
        Ok(page)
    }

    /// The vendor has no call for one number, so the list is read.
    async fn numbers_get(&self, at: &At, id: &str) -> Result<Number> {
        let wanted = normalize_digits(id);
        let numbers = self.numbers_list(at, ListOptions::default()).await?.items;
        numbers
            .into_iter()
            .find(|number| number.id == id || number.phone == wanted)
            .ok_or_else(|| at.error(ErrorKind::NotFound, "no such number"))
    }

    /// Asked for by name, so read from the vendor and not from what is kept for sending.
    async fn numbers_api_key(&self, at: &At, id: &str) -> Result<SecretString> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).get_whatsapp().await)?;
        let list = answer.value.list.ok_or_else(|| at.missing("list"))?;
        check_whole(at, whole(answer.value.total_whats_app), list.len())?;
        let wanted = normalize_digits(id);
        for number in list {
            let digits = filled(number.whatsapp.clone()).ok_or_else(|| at.missing("number"))?;
            if digits == id || normalize_digits(&digits) == wanted {
                let key = keys::key(number).ok_or_else(|| at.missing("key of the number"))?;
                return Ok(key.secret);
            }
        }
        Err(at.error(ErrorKind::NotFound, "no such number"))
    }

    async fn contacts_list(&self, at: &At, options: ListOptions) -> Result<Page<Contact>> {
        lists::contacts(at, options).await
    }

    async fn templates_list(&self, at: &At, options: ListOptions) -> Result<Page<Template>> {
        lists::templates(at, options).await
    }

    async fn messages_send(&self, at: &At, message: NewMessage) -> Result<Message> {
        send::message(at, message).await
    }

    async fn messages_send_template(
        &self,
        at: &At,
        message: NewTemplateMessage,
    ) -> Result<Message> {
        send::template(at, message).await
    }

    async fn messages_list(
        &self,
        at: &At,
        filter: MessageFilter,
        options: ListOptions,
    ) -> Result<Page<Message>> {
        history::messages(at, filter, options).await
    }

    /// The number of the credentials, or the only one that the account has.
    async fn sender(&self, at: &At) -> Result<Option<String>> {
        let call = at.call(&[("from", "from_")]);
        let send = SPEC.operation("send_message");
        match send {
            Some(send) => call.own_number(send).await,
            None => Ok(None),
        }
    }

    async fn messages_mark_read(&self, at: &At, to: &str, from: Option<&str>) -> Result<()> {
        let call = at.call(&[("from", "from_")]);
        let body = types::MarkAsRead {
            to: digits(at, "to", to)?,
            from: number(at, "from_", from)?,
            extra: Default::default(),
        };
        at.finish(&call, client(at, &call).mark_as_read(&body).await)?;
        Ok(())
    }

    async fn stats_monthly(
        &self,
        at: &At,
        range: MonthRange,
    ) -> Result<StatisticsTable<MonthlyStatistic>> {
        let call = at.call(&[
            ("start_date", "start"),
            ("end_date", "end"),
            ("whatsapp", "number"),
        ]);
        let number = range
            .number
            .as_deref()
            .map(|number| digits(at, "number", number))
            .transpose()?;
        let filter = types::StatisticsFilter {
            start_date: range.start.map(convert::month_to_wire),
            end_date: range.end.map(convert::month_to_wire),
            whatsapp: number.clone(),
            extra: Default::default(),
        };
        let answer = at.finish(
            &call,
            client(at, &call)
                .get_conversations_statistics(&filter)
                .await,
        )?;
        let list = answer.value.list.ok_or_else(|| at.missing("list"))?;
        let asked = number.as_deref().and_then(normalize_digits);
        let is_told = slices::slice(&answer.body, "/whatsapp").is_some();
        let counted = if is_told {
            filled(answer.value.whatsapp).and_then(|number| normalize_digits(&number))
        } else {
            asked.clone()
        };
        let is_another = counted != asked;
        let mut table = convert::monthly_statistics(at, list, counted, &range, answer.observed_at);
        if is_another {
            // The filter is the body of a GET, which something on the way may have dropped.
            table.warnings.push(
                "the vendor counted another number than the one that was asked for".to_owned(),
            );
        }
        Ok(table)
    }

    async fn stats_current_month(&self, at: &At) -> Result<StatisticsTable<MonthlyStatistic>> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).get_whatsapp().await)?;
        convert::current_month(at, answer.value, answer.observed_at)
    }
}

/// The list is not documented to have pages. If it gets them, a part must not pass for the whole.
fn check_whole(at: &At, total: Option<u64>, sent: usize) -> Result<()> {
    match total.filter(|total| *total > sent as u64) {
        Some(total) => {
            let problem = format!("the vendor counts {total} numbers, and its list holds {sent}");
            Err(at.unreadable(problem))
        }
        None => Ok(()),
    }
}

/// One of the account's numbers, where one is named; the transport finds it where none is.
fn number(at: &At, argument: &str, number: Option<&str>) -> Result<Option<String>> {
    number
        .map(|number| digits(at, argument, number))
        .transpose()
}

/// A number as the vendor writes it: international, digits only. The `+` is dropped, no digit is changed.
fn digits(at: &At, argument: &str, number: &str) -> Result<String> {
    let digits = number.trim().trim_start_matches('+');
    // No country's code begins with a zero: it would be a national number.
    if digits.is_empty()
        || digits.starts_with('0')
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(at
            .invalid(argument, "not a number in international form")
            .hint("write it as in +33612345678")
            .outcome(Outcome::NotSent));
    }
    Ok(digits.to_owned())
}
