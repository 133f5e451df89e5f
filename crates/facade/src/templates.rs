use palabre_model::{Template, Verb};

use crate::{Client, ListOptions, Listing};

/// The approved, pending and rejected templates of an account.
#[derive(Clone, Copy, Debug)]
pub struct Templates<'a>(pub(crate) &'a Client);

impl Templates<'_> {
    /// Lists templates.
    #[must_use]
    pub fn list(&self, options: ListOptions) -> Listing<Template> {
        let adapter = self.0.adapter();
        Listing::new(
            self.0.at(Verb::TemplatesList),
            options,
            move |at, options| Box::pin(async move { adapter.templates_list(&at, options).await }),
        )
    }
}
