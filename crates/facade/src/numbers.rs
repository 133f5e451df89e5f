use palabre_model::{Number, Result, Verb};
use secrecy::SecretString;

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

    /// Reads the key of one number for the vendor's API by number; 99digital has one.
    ///
    /// It is a secret: whoever has it sends in the name of the number. palabre needs nobody to pass it
    /// on, since it finds the key itself; it is for other programs.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every call.
    ///
    /// ```
    /// # async fn example(client: palabre::Client) -> palabre::Result<()> {
    /// use palabre::ExposeSecret;
    ///
    /// let key = client.numbers().api_key("972501234567").await?;
    /// println!("{} characters", key.expose_secret().len());
    /// # Ok(()) }
    /// ```
    pub async fn api_key(&self, id: &str) -> Result<SecretString> {
        let at = self.0.at(Verb::NumbersApiKey)?;
        at.check_id("id", id)?;
        self.0.adapter().numbers_api_key(&at, id).await
    }
}
