use clap::{Args, Subcommand};
use palabre::{Client, ContactChanges, ListOptions, NewContact, Progress, Rehearsed, Verb};

use super::fields::{ContactFields, Ids};
use super::reports;
use crate::exit::Failure;
use crate::import;
use crate::options::{Asked, Paging, ReadMany, ReadOne, Write};
use crate::progress::Bar;
use crate::terminal::counted;
use crate::{reading, writing};

#[derive(Debug, Subcommand)]
pub(crate) enum Contacts {
    /// List contacts; with --out, export them
    #[command(
        visible_alias = "export",
        after_help = "Examples:\n  palabre contacts list --search awa\n  palabre contacts export --account wapiflow --out contacts.parquet"
    )]
    List(List),
    /// Show one contact
    #[command(after_help = "Example:\n  palabre contacts get CONTACT_UUID_1 --account msgflash")]
    Get(Get),
    /// Create a contact
    #[command(
        after_help = "Example:\n  palabre contacts create --account msgflash --name 'Awa Doe' \\\n      --phone +2290101000000 --tag vip"
    )]
    Create(Box<Create>),
    /// Change a contact; what is not given stays
    #[command(
        after_help = "Example:\n  palabre contacts update 2 --account wapiflow --name 'Awa Diop' --dry-run"
    )]
    Update(Box<Update>),
    /// Delete a contact
    #[command(after_help = "Example:\n  palabre contacts delete 2 --account wapiflow --yes")]
    Delete(Delete),
    /// Delete contacts, in requests as large as the vendor takes
    #[command(
        after_help = "Examples:\n  palabre contacts delete-many CONTACT_UUID_1 CONTACT_UUID_2 \\\n      --account msgflash --dry-run\n  palabre contacts delete-many --ids-from ids.txt --account msgflash --yes \\\n      --out report.csv"
    )]
    DeleteMany(DeleteMany),
    /// List the groups that a contact is in
    #[command(after_help = "Example:\n  palabre contacts groups CONTACT_UUID_1")]
    Groups(Groups),
    /// Create contacts from a CSV or JSONL file, with a report for each row
    #[command(
        after_help = "Examples:\n  palabre contacts import contacts.csv --account msgflash --map name=Nom \\\n      --map phone=Téléphone --dry-run\n  palabre contacts import contacts.jsonl --account msgflash --yes \\\n      --out report.csv"
    )]
    Import(import::Arguments),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Part of a name or number
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Number of the account whose contacts are meant, at 99digital
    #[arg(long, value_name = "PHONE")]
    number: Option<String>,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    read: ReadMany,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Identifier of the contact
    id: String,
    #[command(flatten)]
    read: ReadOne,
}

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Number, in international form
    #[arg(long)]
    phone: String,
    #[command(flatten)]
    fields: ContactFields,
    #[command(flatten)]
    write: Write,
}

#[derive(Args, Debug)]
pub(crate) struct Update {
    /// Identifier of the contact
    id: String,
    /// Number, in international form
    #[arg(long)]
    phone: Option<String>,
    #[command(flatten)]
    fields: ContactFields,
    #[command(flatten)]
    write: Write,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Identifier of the contact
    id: String,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct DeleteMany {
    #[command(flatten)]
    ids: Ids,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct Groups {
    /// Identifier of the contact
    id: String,
    #[command(flatten)]
    read: ReadOne,
}

impl Contacts {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => {
                let options = ListOptions {
                    search: list.search,
                    number: list.number,
                    cursor: list.paging.cursor.clone(),
                    page_size: list.paging.page_size,
                    ..ListOptions::default()
                };
                reading::list(&list.read, Verb::ContactsList, &list.paging, |client| {
                    client.contacts().list(options.clone())
                })
                .await
            }
            Self::Get(Get { id, read }) => {
                reading::one(&read, Verb::ContactsGet, |client| async move {
                    client.contacts().get(&id).await
                })
                .await
            }
            Self::Create(create) => create.run().await,
            Self::Update(update) => update.run().await,
            Self::Delete(delete) => delete.run().await,
            Self::DeleteMany(delete) => delete.run().await,
            Self::Groups(Groups { id, read }) => {
                read.output.format()?;
                let verb = Verb::ContactsGroups;
                let client = read.one.open(verb).await?;
                let name = client.name().to_owned();
                let paging = Paging::default();
                reading::one_list(&client, &name, &read.output, verb, &paging, |client| {
                    client.contacts().groups(&id)
                })
                .await
            }
            Self::Import(arguments) => import::run(arguments).await,
        }
    }
}

impl Create {
    async fn run(self) -> Result<(), Failure> {
        let client = self.write.one.open(Verb::ContactsCreate).await?;
        let fields = self.fields;
        let contact = NewContact {
            tags: fields.tags(),
            meta: fields.meta()?,
            address: fields.address(),
            image: fields.image()?,
            extra: fields.extra()?,
            name: fields.name,
            given_name: fields.given_name,
            family_name: fields.family_name,
            phone: self.phone,
        };
        let done = writing::write(&self.write, &client, "creating the contact", |client| {
            let contact = contact.clone();
            async move { client.contacts().create(contact).await }
        })
        .await?;
        match done {
            Some(contact) => reading::write_object(&self.write.output, &contact),
            None => Ok(()),
        }
    }
}

impl Update {
    async fn run(self) -> Result<(), Failure> {
        let client = self.write.one.open(Verb::ContactsUpdate).await?;
        let fields = self.fields;
        let changes = ContactChanges {
            tags: fields.tags(),
            meta: fields.meta()?,
            address: fields.address(),
            image: fields.image()?,
            extra: fields.extra()?,
            name: fields.name,
            given_name: fields.given_name,
            family_name: fields.family_name,
            phone: self.phone,
            current: None,
        };
        let id = &self.id;
        let done = writing::write(&self.write, &client, "changing the contact", |client| {
            let changes = changes.clone();
            async move { client.contacts().update(id, changes).await }
        })
        .await?;
        match done {
            Some(contact) => reading::write_object(&self.write.output, &contact),
            None => Ok(()),
        }
    }
}

impl Delete {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::ContactsDelete).await?;
        let id = &self.id;
        let question = "delete the contact";
        let done = writing::ask_and_write(&self.asked, &client, question, |client| async move {
            client.contacts().delete(id).await
        })
        .await?;
        match done {
            Some(()) => reports::done(&self.asked.write.output, &client, id, "deleted"),
            None => Ok(()),
        }
    }
}

impl DeleteMany {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let write = &self.asked.write;
        let client = write.one.open(Verb::ContactsDeleteMany).await?;
        let ids = self.ids.read().await?;
        if write.dry_run {
            let requests = rehearse(&client, ids).await?;
            return writing::show(&write.output, &client, &requests);
        }
        if !self.asked.yes {
            let question = format!("delete {}", counted(ids.len(), "contact", "contacts"));
            // All of them are checked before anybody is asked; the question tells their number.
            rehearse(&client, ids.clone()).await?;
            writing::confirm(&client, &[], &question).await?;
        }
        let bar = Bar::new("contacts", false);
        let total = u64::try_from(ids.len()).ok();
        bar.tell(client.name(), Progress { done: 0, total });
        let told = client.with_progress(Some(bar.of(client.name(), total)));
        let done = writing::under_way("deleting", told.contacts().delete_many(&ids)).await;
        bar.clear();
        match done {
            Ok(report) => reports::deleted(&write.output, &client, &report),
            Err(error) => {
                if let Some(report) = error.get_report() {
                    // The error says more than that something is left.
                    let told = reports::deleted(&write.output, &client, report);
                    if let Err(failure @ (Failure::Other(_) | Failure::Closed)) = told {
                        return Err(failure);
                    }
                }
                Err(error.into())
            }
        }
    }
}

/// Every request that a deletion would take: after each the rest is tried.
async fn rehearse(client: &Client, mut ids: Vec<String>) -> Result<Vec<Rehearsed>, Failure> {
    let mut all = Vec::new();
    while !ids.is_empty() {
        let given = &ids;
        let (requests, stopped) = writing::rehearse(client, |client| async move {
            client.contacts().delete_many(given).await
        })
        .await?;
        all.extend(requests);
        let report = stopped.as_ref().and_then(palabre::Error::get_report);
        let rest = report.map(|report| report.not_attempted.clone());
        match rest {
            Some(rest) if rest.len() < ids.len() => ids = rest,
            _ => break,
        }
    }
    Ok(all)
}
