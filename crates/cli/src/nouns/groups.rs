use clap::{Args, Subcommand};
use palabre::{GroupChanges, ListOptions, NewGroup, Verb};

use super::fields::Ids;
use super::reports;
use crate::exit::Failure;
use crate::options::{Asked, Extra, Paging, ReadMany, ReadOne, Write};
use crate::{reading, writing};

#[derive(Debug, Subcommand)]
pub(crate) enum Groups {
    /// List groups
    #[command(after_help = "Example:\n  palabre groups list")]
    List(List),
    /// Show one group
    #[command(after_help = "Example:\n  palabre groups get GROUP_ID")]
    Get(Get),
    /// Create a group
    #[command(
        after_help = "Example:\n  palabre groups create --name 'Winter sale' --color '#12AB9F'"
    )]
    Create(Create),
    /// Change a group; what is not given stays
    #[command(after_help = "Example:\n  palabre groups update GROUP_ID --name 'Summer sale'")]
    Update(Update),
    /// Delete a group; its contacts stay
    #[command(after_help = "Example:\n  palabre groups delete GROUP_ID --dry-run")]
    Delete(Delete),
    /// List the contacts of a group
    #[command(after_help = "Example:\n  palabre groups members GROUP_ID --out members.csv")]
    Members(Members),
    /// Add contacts to a group
    #[command(after_help = "Example:\n  palabre groups add-members GROUP_ID CONTACT_UUID_1")]
    AddMembers(ChangeMembers),
    /// Remove contacts from a group; they stay in the address book
    #[command(
        after_help = "Example:\n  palabre groups remove-members GROUP_ID --ids-from leavers.txt"
    )]
    RemoveMembers(ChangeMembers),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Part of a name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    read: ReadMany,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Identifier of the group
    id: String,
    #[command(flatten)]
    read: ReadOne,
}

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Name, unique in the account
    #[arg(long)]
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Colour as #RRGGBB
    #[arg(long)]
    color: Option<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    write: Write,
}

#[derive(Args, Debug)]
pub(crate) struct Update {
    /// Identifier of the group
    id: String,
    /// Name, unique in the account
    #[arg(long)]
    name: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Colour as #RRGGBB
    #[arg(long)]
    color: Option<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    write: Write,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Identifier of the group
    id: String,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct Members {
    /// Identifier of the group
    id: String,
    /// Part of a name or number
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    read: ReadOne,
}

#[derive(Args, Debug)]
pub(crate) struct ChangeMembers {
    /// Identifier of the group
    group: String,
    #[command(flatten)]
    ids: Ids,
    #[command(flatten)]
    write: Write,
}

impl Groups {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => {
                let options = options(list.search, &list.paging);
                reading::list(&list.read, Verb::GroupsList, &list.paging, |client| {
                    client.groups().list(options.clone())
                })
                .await
            }
            Self::Get(Get { id, read }) => {
                reading::one(&read, Verb::GroupsGet, |client| async move {
                    client.groups().get(&id).await
                })
                .await
            }
            Self::Create(create) => create.run().await,
            Self::Update(update) => update.run().await,
            Self::Delete(delete) => delete.run().await,
            Self::Members(members) => {
                members.read.output.format()?;
                let verb = Verb::GroupsMembers;
                let client = members.read.one.open(verb).await?;
                let options = options(members.search, &members.paging);
                let name = client.name().to_owned();
                let (output, paging) = (&members.read.output, &members.paging);
                reading::one_list(&client, &name, output, verb, paging, |client| {
                    client.groups().members(&members.id, options.clone())
                })
                .await
            }
            Self::AddMembers(change) => {
                let client = change.write.one.open(Verb::GroupsAddMembers).await?;
                let ids = change.ids.read().await?;
                let group = &change.group;
                let done = writing::write(&change.write, &client, "adding members", |client| {
                    let ids = &ids;
                    async move { client.groups().add_members(group, ids).await }
                })
                .await?;
                match done {
                    Some(report) => reports::added(&change.write.output, &client, group, &report),
                    None => Ok(()),
                }
            }
            Self::RemoveMembers(change) => {
                let client = change.write.one.open(Verb::GroupsRemoveMembers).await?;
                let ids = change.ids.read().await?;
                let group = &change.group;
                let done = writing::write(&change.write, &client, "removing members", |client| {
                    let ids = &ids;
                    async move { client.groups().remove_members(group, ids).await }
                })
                .await?;
                match done {
                    Some(report) => reports::removed(&change.write.output, &client, group, &report),
                    None => Ok(()),
                }
            }
        }
    }
}

fn options(search: Option<String>, paging: &Paging) -> ListOptions {
    ListOptions {
        search,
        cursor: paging.cursor.clone(),
        page_size: paging.page_size,
        ..ListOptions::default()
    }
}

impl Create {
    async fn run(self) -> Result<(), Failure> {
        let client = self.write.one.open(Verb::GroupsCreate).await?;
        let group = NewGroup {
            name: self.name,
            description: self.description,
            color: self.color,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        };
        let done = writing::write(&self.write, &client, "creating the group", |client| {
            let group = group.clone();
            async move { client.groups().create(group).await }
        })
        .await?;
        match done {
            Some(group) => reading::write_object(&self.write.output, &group),
            None => Ok(()),
        }
    }
}

impl Update {
    async fn run(self) -> Result<(), Failure> {
        let client = self.write.one.open(Verb::GroupsUpdate).await?;
        let changes = GroupChanges {
            name: self.name,
            description: self.description,
            color: self.color,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        };
        let id = &self.id;
        let done = writing::write(&self.write, &client, "changing the group", |client| {
            let changes = changes.clone();
            async move { client.groups().update(id, changes).await }
        })
        .await?;
        match done {
            Some(group) => reading::write_object(&self.write.output, &group),
            None => Ok(()),
        }
    }
}

impl Delete {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::GroupsDelete).await?;
        let id = &self.id;
        let question = "delete the group";
        let done = writing::ask_and_write(&self.asked, &client, question, |client| async move {
            client.groups().delete(id).await
        })
        .await?;
        match done {
            Some(()) => reports::done(&self.asked.write.output, &client, id, "deleted"),
            None => Ok(()),
        }
    }
}
