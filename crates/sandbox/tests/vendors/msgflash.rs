//! MsgFlash: pages, checks, groups, keys.

use palabre_sandbox::{Config, Credentials, MsgFlashKey, Sandbox};
use serde_json::{Value, json};

use crate::support::{Request, msgflash, request, sandbox, set};

fn pages(sandbox: &Sandbox, path: &str, key: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut next = path.to_owned();
    loop {
        let data = msgflash("GET", &next).send(sandbox).json()["data"].clone();
        pages.push(data[key].as_array().unwrap().clone());
        assert_eq!(data["hasMore"], !data["nextCursor"].is_null());
        let Some(cursor) = data["nextCursor"].as_str() else {
            return pages;
        };
        next = format!("{path}&cursor={cursor}");
    }
}

#[test]
fn pages_follow_each_other_without_gaps_or_repeats() {
    let sandbox = sandbox();
    let pages = pages(&sandbox, "/contacts?limit=50", "contacts");
    let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 50, 50, 50, 50, 50, 24]);
    let times: Vec<_> = pages
        .concat()
        .iter()
        .map(|contact| contact["createdAt"].to_string())
        .collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    let mut ids: Vec<_> = pages
        .concat()
        .iter()
        .map(|contact| contact["id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 324);
}

#[test]
fn a_contact_deleted_between_two_pages_hides_nobody() {
    let sandbox = sandbox();
    let first = msgflash("GET", "/contacts?limit=100").send(&sandbox).json()["data"].clone();
    let id = first["contacts"][99]["id"].as_str().unwrap();
    assert_eq!(
        msgflash("DELETE", &format!("/contacts/{id}"))
            .send(&sandbox)
            .status,
        200
    );
    let cursor = first["nextCursor"].as_str().unwrap();
    let next = msgflash("GET", &format!("/contacts?limit=100&cursor={cursor}")).send(&sandbox);
    let next = next.json()["data"]["contacts"].as_array().unwrap().len();
    assert_eq!(next, 100);
}

#[test]
fn the_order_by_name_pages_too() {
    let pages = pages(&sandbox(), "/contacts?limit=100&sort=name_asc", "contacts");
    let names: Vec<_> = pages
        .concat()
        .iter()
        .map(|contact| contact["name"].as_str().unwrap().to_lowercase())
        .collect();
    assert!(names.len() == 324 && names.is_sorted());
}

#[test]
fn a_search_looks_at_names_and_numbers_without_case() {
    let sandbox = sandbox();
    let count = |search: &str| {
        let path = format!("/contacts?search={search}");
        msgflash("GET", &path).send(&sandbox).json()["data"]["total"]
            .as_u64()
            .unwrap()
    };
    assert!(count("awa") > 0 && count("awa") == count("AWA"));
    assert!(count("%2B229") > 50 && count("nobody-at-all") == 0);
}

#[test]
fn a_cursor_belongs_to_its_list() {
    let sandbox = sandbox();
    let page = msgflash("GET", "/contacts?limit=5").send(&sandbox).json();
    let cursor = page["data"]["nextCursor"].as_str().unwrap();
    for path in [
        format!("/contacts?search=awa&cursor={cursor}"),
        format!("/contacts?sort=name_asc&cursor={cursor}"),
        format!("/contacts/groups?cursor={cursor}"),
        "/contacts?cursor=nonsense".to_owned(),
        "/contacts?limit=0".to_owned(),
        "/contacts?limit=101".to_owned(),
        "/contacts?limit=ten".to_owned(),
        "/contacts?search=".to_owned(),
    ] {
        let answer = msgflash("GET", &path).send(&sandbox);
        assert_eq!(answer.status, 400, "{path}");
        let error = &answer.json()["error"];
        assert_eq!(
            (&error["code"], &error["details"]),
            (&json!("VALIDATION_ERROR"), &json!([]))
        );
    }
}

#[test]
fn an_update_replaces_tags_and_meta_and_keeps_what_is_not_given() {
    let sandbox = sandbox();
    let path = "/contacts/CONTACT_UUID_1";
    let update = |body: Value| msgflash("PUT", path).json(&body).send(&sandbox).json();
    update(json!({"tags": ["a", "b"], "meta": {"x": 1}}));
    let contact = update(json!({"tags": ["c"], "name": "Koffi M."}))["data"].clone();
    assert_eq!(contact["tags"], json!(["c"]));
    assert_eq!(contact["meta"], json!({"x": 1}));
    assert_eq!(contact["updatedAt"], "2026-11-22T10:00:00.000Z");
    assert_eq!(msgflash("GET", path).send(&sandbox).json()["data"], contact);
}

#[test]
fn bodies_that_do_not_fit_are_refused() {
    let sandbox = sandbox();
    let many: Vec<String> = (0..501).map(|id| id.to_string()).collect();
    for (method, path, body) in [
        ("POST", "/contacts", json!({"name": "Awa"})),
        (
            "POST",
            "/contacts",
            json!({"name": "", "phone": "+22901000000"}),
        ),
        ("POST", "/contacts", json!({"name": "Awa", "phone": "0101"})),
        (
            "POST",
            "/contacts",
            json!({"name": "Awa", "phone": "+22901000000", "tags": "x"}),
        ),
        (
            "POST",
            "/contacts",
            json!({"name": "Awa", "phone": "+22901000000", "meta": []}),
        ),
        ("POST", "/contacts", json!([])),
        ("POST", "/contacts/bulk-delete", json!({"contactIds": []})),
        ("POST", "/contacts/bulk-delete", json!({"contactIds": many})),
        (
            "POST",
            "/contacts/groups",
            json!({"description": "No name"}),
        ),
        (
            "POST",
            "/contacts/groups",
            json!({"name": "A", "color": "red"}),
        ),
        (
            "POST",
            "/contacts/groups/GROUP_ID/members",
            json!({"contactIds": [1]}),
        ),
        ("DELETE", "/contacts/groups/GROUP_ID/members", json!({})),
    ] {
        let answer = msgflash(method, path).json(&body).send(&sandbox);
        assert_eq!(answer.status, 400, "{path} {body}");
    }
    assert_eq!(msgflash("POST", "/contacts").send(&sandbox).status, 400);
}

#[test]
fn what_is_not_there_is_not_found() {
    let sandbox = sandbox();
    let ids = json!({"contactIds": ["nobody"]});
    for request in [
        msgflash("GET", "/contacts/nobody"),
        msgflash("PUT", "/contacts/nobody").json(&json!({"name": "x"})),
        msgflash("DELETE", "/contacts/nobody"),
        msgflash("GET", "/contacts/nobody/groups"),
        msgflash("GET", "/contacts/groups/none"),
        msgflash("PUT", "/contacts/groups/none").json(&json!({"name": "x"})),
        msgflash("DELETE", "/contacts/groups/none"),
        msgflash("GET", "/contacts/groups/none/members"),
        msgflash("POST", "/contacts/groups/none/members")
            .json(&json!({"contactIds": ["CONTACT_UUID_1"]})),
        msgflash("POST", "/contacts/groups/GROUP_ID/members").json(&ids),
        msgflash("DELETE", "/contacts/groups/none/members").json(&ids),
        msgflash("GET", "/nowhere"),
    ] {
        let answer = request.send(&sandbox);
        assert_eq!(answer.status, 404, "{request:?}");
        assert_eq!(answer.json()["error"]["code"], "NOT_FOUND");
    }
}

#[test]
fn names_of_groups_and_numbers_of_contacts_are_unique() {
    let sandbox = sandbox();
    let conflict = |request: Request| {
        let answer = request.send(&sandbox);
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (409, &json!("CONFLICT"))
        );
    };
    conflict(msgflash("POST", "/contacts/groups").json(&json!({"name": "Newsletter"})));
    conflict(msgflash("PUT", "/contacts/groups/GROUP_ID").json(&json!({"name": "Newsletter"})));
    let first = msgflash("GET", "/contacts/CONTACT_UUID_1")
        .send(&sandbox)
        .json();
    let body = json!({"name": "Twin", "phone": first["data"]["phone"]});
    conflict(msgflash("POST", "/contacts").json(&body));
    let same = json!({"name": "Équipe terrain", "color": "#000000"});
    let answer = msgflash("PUT", "/contacts/groups/GROUP_ID")
        .json(&same)
        .send(&sandbox);
    assert_eq!(
        (answer.status, &answer.json()["data"]["color"]),
        (200, &json!("#000000"))
    );
}

#[test]
fn members_join_and_leave() {
    let sandbox = sandbox();
    let path = "/contacts/groups/GROUP_ID/members";
    let ids = json!({"contactIds": ["CONTACT_UUID_1"]});
    let change = |method| msgflash(method, path).json(&ids).send(&sandbox).json()["data"].clone();
    assert_eq!(change("POST")["added"], 1);
    assert_eq!(change("POST")["alreadyInGroup"], 1);
    let groups = msgflash("GET", "/contacts/CONTACT_UUID_1/groups")
        .send(&sandbox)
        .json();
    assert_eq!(groups["data"]["groups"][0]["id"], "GROUP_ID");
    let members = pages(&sandbox, &format!("{path}?limit=7"), "members").concat();
    assert!(
        members
            .iter()
            .any(|member| member["id"] == "CONTACT_UUID_1")
    );
    let group = msgflash("GET", "/contacts/groups/GROUP_ID")
        .send(&sandbox)
        .json();
    assert_eq!(group["data"]["contactCount"], members.len());
    assert_eq!(change("DELETE"), json!({"removed": 1, "notInGroup": 0}));
    assert_eq!(change("DELETE"), json!({"removed": 0, "notInGroup": 1}));
}

#[test]
fn a_deleted_contact_leaves_its_groups_and_a_deleted_group_leaves_its_members() {
    let sandbox = sandbox();
    let count = || {
        let group = msgflash("GET", "/contacts/groups/GROUP_ID")
            .send(&sandbox)
            .json();
        group["data"]["contactCount"].as_u64()
    };
    let members = msgflash("GET", "/contacts/groups/GROUP_ID/members")
        .send(&sandbox)
        .json();
    let member = members["data"]["members"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = count().unwrap();
    msgflash("DELETE", &format!("/contacts/{member}")).send(&sandbox);
    assert_eq!(count(), Some(before - 1));
    let other = members["data"]["members"][1]["id"].as_str().unwrap();
    let deleted = msgflash("DELETE", "/contacts/groups/GROUP_ID").send(&sandbox);
    assert_eq!((deleted.status, deleted.json()), (200, json!({"data": {}})));
    assert_eq!(
        msgflash("GET", &format!("/contacts/{other}"))
            .send(&sandbox)
            .status,
        200
    );
}

#[test]
fn team_keys_need_their_team_and_personal_keys_none() {
    let credentials = Credentials {
        msgflash: vec![
            MsgFlashKey::personal("msgf_live_1"),
            MsgFlashKey::team("msgf_team_1", "team-1"),
        ],
        ..Credentials::default()
    };
    let sandbox = Sandbox::start(Config {
        credentials,
        ..Config::default()
    })
    .unwrap();
    let call = |key: &str, team: Option<&str>| {
        let mut call = request("GET", "/msgflash/api/v1/contacts").header("x-api-key", key);
        if let Some(team) = team {
            call = call.header("X-Team-Id", team);
        }
        let answer = call.send(&sandbox);
        (answer.status, answer.json()["error"]["code"].clone())
    };
    let unauthorized = (401, json!("UNAUTHORIZED"));
    assert_eq!(call("msgf_live_1", None).0, 200);
    assert_eq!(
        call("msgf_live_1", Some("team-1")),
        (403, json!("TEAM_KEY_REQUIRED"))
    );
    assert_eq!(call("msgf_team_1", Some("team-1")).0, 200);
    assert_eq!(call("msgf_team_1", None), unauthorized);
    assert_eq!(call("msgf_team_1", Some("team-2")), unauthorized);
    assert_eq!(call("msgf_live_2", None), unauthorized);
    assert_eq!(call("msgf_live_2", Some("team-1")), unauthorized);
}

#[test]
fn the_rate_limit_holds_only_when_it_is_asked_for() {
    let sandbox = sandbox();
    let list = msgflash("GET", "/contacts?limit=1");
    assert!((0..15).all(|_| list.send(&sandbox).status == 200));
    set(&sandbox, json!({"msgflash_rate_limit": 3}));
    let statuses: Vec<_> = (0..4).map(|_| list.send(&sandbox)).collect();
    assert_eq!(statuses[3].status, 429);
    assert_eq!(
        statuses[3].json()["error"]["code"],
        "API_RATE_LIMIT_EXCEEDED"
    );
}
