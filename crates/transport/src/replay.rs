//! Replay: answers from a function instead of the network, through the same decoding.
//!
//! For tests that need thousands of answers, and answers that no vendor would give.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::{Request, Response};

use crate::Session;

type Answer = dyn Fn(&Request) -> http::Response<Bytes> + Send + Sync;

/// What answers instead of a vendor.
#[derive(Clone)]
pub(crate) struct Replay(Arc<Answer>);

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replay")
    }
}

impl Session {
    /// The same account, but its requests are answered by a function, and nothing leaves.
    ///
    /// Requests are checked and signed as always, and answers are judged and read as always.
    #[must_use]
    pub fn replayed(
        &self,
        answer: impl Fn(&Request) -> http::Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        let mut session = self.clone();
        session.replay = Some(Replay(Arc::new(answer)));
        session
    }

    /// Sends a request, or has it answered by the function.
    pub(crate) async fn exchange(
        &self,
        client: &reqwest::Client,
        request: Request,
    ) -> reqwest::Result<Response> {
        match &self.replay {
            Some(replay) => Ok(Response::from((replay.0)(&request))),
            None => client.execute(request).await,
        }
    }
}
