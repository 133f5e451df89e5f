//! A call to the vendor that does not exist, answered by a server of ours.

use std::sync::Arc;

use palabre_model::Result;
use palabre_transport::{
    Account, Answer, Call, Credentials, FailedAnswer, RetryPolicy, Session, VendorError,
};
use progenitor_client::{Error, ResponseValue};

use super::server::{Received, Server};
use crate::kitchen_sink::errors::SendMessageError;
use crate::kitchen_sink::{Client, SPEC};

pub(super) const TOKEN: &str = "not-a-real-token";
pub(super) const APP: &str = "app-1";
pub(super) const PAGER: &str = "+22997000000";

pub(super) struct Kitchen {
    server: Server,
    session: Session,
}

impl Kitchen {
    /// A vendor that answers everything in one way.
    pub(super) async fn answering(status: u16, body: &str) -> Self {
        let server = Server::answering(status, body).await;
        let mut account = Account::builder(&SPEC, read_error);
        account.base_url = Some(format!("{}/v3", server.url));
        account.credentials = Credentials::default()
            .with("api_key", TOKEN)
            .with("client_id", APP)
            .with("number", PAGER);
        account.options.retry = RetryPolicy::off();
        let account = account.build().expect("an account");
        let session = Session::new(Arc::new(account)).expect("a session");
        Self { server, session }
    }

    /// Makes one call, from the generated method to the finished answer.
    pub(super) async fn call<T>(
        &self,
        method: impl AsyncFnOnce(Client) -> Result<ResponseValue<T>, Error<()>>,
    ) -> Result<Answer<T>> {
        let call = Call::new(self.session.clone(), "test", None, &[]);
        let base_url = self.session.account().base_url().as_str();
        let client = Client::new_with_client(base_url, self.session.http().clone(), call.clone());
        call.finish(method(client).await)
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.server.received()
    }

    /// The request, if there was one and no more.
    pub(super) fn only(&self) -> Received {
        self.server.only()
    }
}

/// Shows which documented error an answer was read as.
fn read_error(answer: &FailedAnswer<'_>) -> VendorError {
    let code = match SendMessageError::decode(answer.status, answer.body) {
        Some(SendMessageError::Status409(clash)) => {
            format!(
                "409 clash with {}",
                clash.other_message_id.expect("an id").0
            )
        }
        Some(SendMessageError::Status422(wrong)) => {
            format!("422 fields {}", wrong.fields.expect("fields"))
        }
        Some(SendMessageError::Status4XX(failure)) => {
            format!("4XX reason {}", failure.reason.expect("a reason").0)
        }
        Some(SendMessageError::OtherStatus(outage)) => {
            format!(
                "default incident {}",
                outage.incident.expect("an incident").0
            )
        }
        Some(SendMessageError::GoodStatus(failure)) => {
            format!(
                "good status, reason {}",
                failure.reason.expect("a reason").0
            )
        }
        None => "not documented".to_owned(),
    };
    VendorError {
        code: Some(code),
        ..VendorError::default()
    }
}
