//! Several accounts by name.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream;
use palabre_model::{Error, ErrorKind, Result};

use crate::Client;

/// How many accounts are asked at the same time.
const AT_ONCE: usize = 8;

/// Several accounts by name. Reads run on all of them and say which could not answer.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    clients: BTreeMap<String, Client>,
}

/// What several accounts gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Gathered<T> {
    /// The rows of all accounts that answered, account by account.
    pub items: Vec<T>,
    /// The accounts that failed: the items are not the whole.
    pub failures: Vec<(String, Error)>,
    /// The accounts whose vendor has no such thing.
    pub unsupported: Vec<(String, Error)>,
}

impl Fleet {
    /// Makes a fleet; each client becomes the account of its name.
    #[must_use]
    pub fn new(clients: BTreeMap<String, Client>) -> Self {
        let clients = clients
            .into_iter()
            .map(|(name, client)| {
                let client = client.renamed(&name);
                (name, client)
            })
            .collect();
        Self { clients }
    }

    /// One account.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Client> {
        self.clients.get(name)
    }

    /// The accounts and their names.
    pub fn clients(&self) -> impl Iterator<Item = (&str, &Client)> {
        self.clients
            .iter()
            .map(|(name, client)| (name.as_str(), client))
    }

    /// Runs a read on every account, eight at a time.
    ///
    /// ```
    /// # async fn example(fleet: palabre::Fleet) {
    /// let numbers = fleet
    ///     .gather(|client| async move { client.numbers().list().collect().await })
    ///     .await;
    /// for (account, error) in &numbers.failures {
    ///     eprintln!("{account}: {error}");
    /// }
    /// # }
    /// ```
    pub async fn gather<T, F, Fut>(&self, read: F) -> Gathered<T>
    where
        F: Fn(Client) -> Fut,
        Fut: Future<Output = Result<Vec<T>>>,
    {
        // A list, not a lazy iterator: its closure would borrow, and the future could not be sent.
        let mut reads = Vec::new();
        for (name, client) in &self.clients {
            let (name, read) = (name.clone(), read(client.clone()));
            reads.push(async move { (name, read.await) });
        }
        let results: Vec<_> = stream::iter(reads).buffered(AT_ONCE).collect().await;
        let mut gathered = Gathered {
            items: Vec::new(),
            failures: Vec::new(),
            unsupported: Vec::new(),
        };
        for (name, result) in results {
            match result {
                Ok(items) => gathered.items.extend(items),
                Err(error) if error.kind() == ErrorKind::Unsupported => {
                    gathered.unsupported.push((name, error));
                }
                Err(error) => gathered.failures.push((name, error)),
            }
        }
        gathered
    }
}
