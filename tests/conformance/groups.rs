//! Groups of contacts and who is in them.

use palabre::{
    AddReport, ErrorKind, GroupChanges, ListOptions, NewGroup, Outcome, RemoveReport, Vendor, Verb,
};
use serde_json::json;

use crate::stage::{Stage, able, ids};

fn vip() -> NewGroup {
    NewGroup {
        name: "Clients VIP".to_owned(),
        description: Some("Plus de dix commandes".to_owned()),
        color: Some("#12AB9F".to_owned()),
        ..NewGroup::default()
    }
}

fn named(name: &str) -> GroupChanges {
    GroupChanges {
        name: Some(name.to_owned()),
        ..GroupChanges::default()
    }
}

#[tokio::test]
async fn a_group_is_created_listed_read_changed_and_deleted() {
    for vendor in able(Verb::GroupsCreate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let groups = client.groups();
        let before = groups
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap()
            .len();

        let created = groups.create(vip()).await.unwrap();
        assert_eq!(created.name.as_deref(), Some("Clients VIP"));
        assert_eq!(created.color.as_deref(), Some("#12AB9F"));
        assert_eq!((created.vendor, &*created.account), (vendor, vendor.id()));
        let listed = groups.list(ListOptions::default()).collect().await.unwrap();
        assert_eq!(listed.len(), before + 1);
        let read = groups.get(&created.id).await.unwrap();
        assert!(listed.contains(&read));
        assert_eq!(
            (read.contact_count, read.created_at),
            (Some(0), Some(stage.sandbox.time()))
        );

        let changed = groups
            .update(&created.id, named("Clients d'or"))
            .await
            .unwrap();
        assert_eq!(changed.name.as_deref(), Some("Clients d'or"));
        assert_eq!(
            changed.description, read.description,
            "what is not changed stays"
        );
        assert_eq!(
            stage.requests().last().unwrap().body,
            json!({"name": "Clients d'or"})
        );

        groups.delete(&created.id).await.unwrap();
        for error in [
            groups.get(&created.id).await.unwrap_err(),
            groups
                .update(&created.id, named("Clients"))
                .await
                .unwrap_err(),
            groups.delete(&created.id).await.unwrap_err(),
            groups
                .members(&created.id, ListOptions::default())
                .collect()
                .await
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        }
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_conflict_and_the_plan_has_a_limit() {
    for vendor in able(Verb::GroupsCreate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        client.groups().create(vip()).await.unwrap();
        let taken = client.groups().create(vip()).await.unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::Conflict, "{taken}");

        stage.set(|settings| settings.msgflash_group_limit = 1);
        let another = NewGroup {
            name: "Another".to_owned(),
            ..vip()
        };
        let full = client.groups().create(another).await.unwrap_err();
        assert_eq!(full.kind(), ErrorKind::QuotaExceeded, "{full}");
        assert_eq!(full.get_vendor_code(), Some("MAX_CONTACT_GROUPS_REACHED"));
        for error in [taken, full] {
            assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        }
    }
}

#[tokio::test]
async fn what_makes_no_group_is_refused_before_anything_is_sent() {
    for vendor in able(Verb::GroupsCreate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let unnamed = NewGroup {
            name: " ".to_owned(),
            ..vip()
        };
        let colourless = NewGroup {
            color: Some("green".to_owned()),
            ..vip()
        };
        let recoloured = GroupChanges {
            color: Some("12AB9F".to_owned()),
            ..named("A")
        };
        for (error, argument) in [
            (client.groups().create(unnamed).await.unwrap_err(), "name"),
            (
                client.groups().create(colourless).await.unwrap_err(),
                "color",
            ),
            (
                client
                    .groups()
                    .update("GROUP_ID", named(""))
                    .await
                    .unwrap_err(),
                "name",
            ),
            (
                client
                    .groups()
                    .update("GROUP_ID", recoloured)
                    .await
                    .unwrap_err(),
                "color",
            ),
            (
                client
                    .groups()
                    .update("GROUP_ID", GroupChanges::default())
                    .await
                    .unwrap_err(),
                "name",
            ),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(
                error.message().starts_with(&format!("{argument}:")),
                "{error}"
            );
        }
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn members_are_added_listed_and_removed_with_a_report() {
    for vendor in able(Verb::GroupsAddMembers) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let groups = client.groups();
        let members = groups
            .members("GROUP_ID", ListOptions::default())
            .collect()
            .await
            .unwrap();
        let old = members[0].id.clone();

        let added = groups
            .add_members("GROUP_ID", &ids(["CONTACT_UUID_1", &old, "nobody"]))
            .await;
        let report = AddReport {
            requested: 3,
            added: Some(1),
            already_in_group: Some(1),
            not_found: Some(1),
        };
        assert_eq!(added, Ok(report));
        let now = groups
            .members("GROUP_ID", ListOptions::default())
            .collect()
            .await
            .unwrap();
        assert_eq!(now.len(), members.len() + 1);
        assert!(now.iter().any(|member| member.id == "CONTACT_UUID_1"));
        let theirs = client
            .contacts()
            .groups("CONTACT_UUID_1")
            .collect()
            .await
            .unwrap();
        assert_eq!(
            theirs.iter().map(|group| &*group.id).collect::<Vec<_>>(),
            ["GROUP_ID"]
        );
        assert_eq!(theirs[0].contact_count, Some(now.len() as i64));

        let removed = groups
            .remove_members("GROUP_ID", &ids(["CONTACT_UUID_1", "nobody"]))
            .await;
        let report = RemoveReport {
            requested: 2,
            removed: Some(1),
            not_in_group: Some(1),
        };
        assert_eq!(removed, Ok(report));
        let request = stage.requests().pop().unwrap();
        assert_eq!(
            (&*request.method, request.operation),
            ("DELETE", Some("remove_contact_group_members"))
        );
        assert_eq!(
            request.body,
            json!({"contactIds": ["CONTACT_UUID_1", "nobody"]})
        );
        let now = groups
            .members("GROUP_ID", ListOptions::default())
            .collect()
            .await
            .unwrap();
        assert_eq!(now, members);
    }
}

#[tokio::test]
async fn a_number_that_the_vendor_does_not_give_is_not_a_zero() {
    for vendor in able(Verb::GroupsAddMembers) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        stage.fault(json!({"replace": {"pointer": "/data", "value": {"added": 1}}}));
        let report = client
            .groups()
            .add_members("GROUP_ID", &ids(["CONTACT_UUID_1"]))
            .await;
        let expected = AddReport {
            requested: 1,
            added: Some(1),
            ..AddReport::default()
        };
        assert_eq!(report, Ok(expected));
    }
}

#[tokio::test]
async fn members_that_a_job_will_add_or_remove_are_not_yet_added_or_removed() {
    for body in [
        json!({"data": {"jobId": "1", "status": "pending"}}),
        json!({"data": null}),
        json!({}),
    ] {
        for verb in [Verb::GroupsAddMembers, Verb::GroupsRemoveMembers] {
            let stage = Stage::new();
            let groups = stage.client(Vendor::MsgFlash);
            let groups = groups.groups();
            stage.fault(json!({"status": 202, "body": body}));
            let given = ids(0..120);
            let error = if verb == Verb::GroupsAddMembers {
                groups.add_members("GROUP_ID", &given).await.unwrap_err()
            } else {
                groups.remove_members("GROUP_ID", &given).await.unwrap_err()
            };
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body} {error}");
            assert_eq!(
                error.get_outcome(),
                Some(Outcome::Unknown),
                "{body} {error}"
            );
            assert_eq!(error.get_status(), Some(202));
        }
    }
}

#[tokio::test]
async fn the_groups_of_a_contact_may_come_bare() {
    for vendor in able(Verb::ContactsGroups) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let bare = json!([{"id": "g-1", "name": "Bare"}, {"id": 2}]);
        stage.fault(json!({"replace": {"pointer": "/data", "value": bare}}));
        let groups = client
            .contacts()
            .groups("CONTACT_UUID_1")
            .collect()
            .await
            .unwrap();
        assert_eq!(
            groups.iter().map(|group| &*group.id).collect::<Vec<_>>(),
            ["g-1", "2"]
        );
        for value in [
            json!(null),
            json!({}),
            json!({"groups": null}),
            json!({"groups": 1}),
        ] {
            stage.fault(json!({"replace": {"pointer": "/data", "value": value}}));
            let error = client
                .contacts()
                .groups("CONTACT_UUID_1")
                .collect()
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{value}: {error}");
        }
    }
}
