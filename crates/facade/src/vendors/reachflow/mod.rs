//! ReachFlow: numbers and what they did today, messages, one-time codes.

mod capability;
mod convert;
mod error;
mod otp;
mod send;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use palabre_clients::reachflow::{Client, SPEC, shapes};
use palabre_model::{
    BulkReport, DailyStatistic, Message, Number, OtpCheck, Page, Raw, Result, SentOtp,
    StatisticsTable, Taken,
};
use palabre_transport::{Call, FailedAnswer, Spec, VendorError};

use crate::adapter::Adapter;
use crate::at::{At, Capabilities};
use crate::sign_in::SignIn;
use crate::{ListOptions, NewBulk, NewMessage, NewOtp, Outgoing, sender, slices};

pub(crate) struct ReachFlow;

/// How many numbers are read at the same time for today's table; the vendor's limits are not known.
const AT_ONCE: usize = 4;

fn client(at: &At, call: &Call) -> Client {
    Client::new_with_client(at.base_url(), at.session.http().clone(), call.clone())
}

#[async_trait]
impl Adapter for ReachFlow {
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
        &[SignIn {
            required: &["api_key"],
            optional: &[],
        }]
    }

    async fn numbers_list(&self, at: &At, _options: ListOptions) -> Result<Page<Number>> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).list_providers().await)?;
        let providers = answer
            .value
            .providers
            .ok_or_else(|| at.missing("providers"))?;
        let numbers = slices::convert(
            at,
            &answer.body,
            "/providers",
            providers,
            |provider, item| {
                convert::number_from_wire(at, provider, Raw::new(item, &shapes::PROVIDER))
            },
        )?;
        Ok(Page::whole(numbers))
    }

    async fn numbers_get(&self, at: &At, id: &str) -> Result<Number> {
        Ok(self.number(at, id).await?.0)
    }

    async fn messages_send(&self, at: &At, message: NewMessage) -> Result<Message> {
        send::send(at, message, None).await
    }

    async fn sender(&self, at: &At) -> Result<Option<String>> {
        sender::find(self, at, None).await.map(Some)
    }

    async fn messages_schedule(
        &self,
        at: &At,
        message: Outgoing,
        when: Timestamp,
    ) -> Result<Message> {
        match message {
            Outgoing::Message(message) => send::send(at, *message, Some(when)).await,
            Outgoing::Template(_) => Err(at.unsupported_option("template")),
        }
    }

    async fn messages_send_bulk(&self, at: &At, bulk: NewBulk) -> Result<BulkReport> {
        send::send_bulk(at, bulk).await
    }

    async fn messages_get(&self, at: &At, id: &str) -> Result<Message> {
        send::get(at, id).await
    }

    async fn otp_send(&self, at: &At, otp: NewOtp) -> Result<SentOtp> {
        otp::send(at, otp).await
    }

    async fn otp_verify(&self, at: &At, id: &str, code: &str) -> Result<OtpCheck> {
        otp::verify(at, id, code).await
    }

    async fn stats_today(&self, at: &At) -> Result<StatisticsTable<DailyStatistic>> {
        let numbers = self.numbers_list(at, ListOptions::default()).await?.items;
        let rows: Vec<Vec<DailyStatistic>> = stream::iter(numbers)
            .map(|number| async move {
                let (number, observed_at) = self.number(at, &number.id).await?;
                Ok(convert::daily_statistics(at, &number, observed_at))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(StatisticsTable {
            rows: rows.into_iter().flatten().collect(),
            warnings: Vec::new(),
        })
    }
}

impl ReachFlow {
    async fn number(&self, at: &At, id: &str) -> Result<(Number, jiff::Timestamp)> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).get_provider(id).await)?;
        let raw = Raw::new(answer.body.clone(), &shapes::PROVIDER_DETAIL);
        let number = convert::number_from_wire_detail(at, answer.value, raw)?;
        Ok((number, answer.observed_at))
    }
}
