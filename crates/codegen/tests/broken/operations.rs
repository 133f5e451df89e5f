//! What is said of operations, parameters and pages.

broken! {
    an_operation_without_an_identity: [
        { at "/paths/~1contacts/get"
          is "operationId is missing"
          so "write operationId: list_contacts" }
        { at "/paths/~1contacts/get"
          is "summary is missing"
          so "write one line of what the operation does" }
        { at "/paths/~1contacts/get/tags"
          is "an operation has one tag, a noun of the facade"
          so "write one of numbers, contacts, groups, conversations, messages, otp, templates, stats, authentication" }
        { at "/paths/~1contacts/get"
          is "x-effect is missing: it says what a request does at the vendor"
          so "write x-effect: read, write or send" }
        { at "/paths/~1contacts/get"
          is "x-source is missing or not whole"
          so "write x-source: {document: …, section: …, date: …, mark: …} with a mark of seed, docs, sibling, impl, client, guess" }
    ];
    a_name_in_camel_case: [
        { at "/paths/~1contacts/get/operationId"
          is "listContacts is not snake_case"
          so "write list_contacts" }
    ];
    one_name_for_two_operations: [
        { at "/paths/~1people/get/operationId"
          is "list_contacts is taken by /paths/~1contacts/get"
          so "give each operation a name of its own" }
    ];
    a_failure_schema_that_does_not_exist: [
        { at "/paths/~1contacts/get/x-failure-schema"
          is "\"Failure\" is no component"
          so "write the name of one of components/schemas, as in x-failure-schema: Failure" }
    ];
    a_repeat_of_no_known_kind: [
        { at "/paths/~1messages/post/x-repeat"
          is "it does not say what the vendor makes of a request that arrives twice"
          so "write x-repeat: freely, with-key or never" }
    ];
    a_message_that_is_repeated_freely: [
        { at "/paths/~1messages/post/x-repeat"
          is "what reaches a person is never repeated without a key"
          so "write x-repeat: with-key, where the vendor honours one, or leave it out" }
    ];
    a_key_without_a_header: [
        { at "/paths/~1messages/post/x-repeat"
          is "there is no header for the key"
          so "add {name: Idempotency-Key, in: header, schema: {type: string}}" }
    ];
    a_path_without_its_parameter: [
        { at "/paths/~1contacts~1{id}/get"
          is "the path holds {id}, the parameters do not"
          so "add {name: id, in: path, required: true, schema: {type: string}}" }
        { at "/paths/~1contacts~1{id}/get"
          is "the path parameter contact_id is not in the path"
          so "write {contact_id} in the path, or remove the parameter" }
    ];
    a_parameter_in_half_a_segment: [
        { at "/paths/~1contacts~1id-{id}/get"
          is "id-{id} is only partly a parameter"
          so "let a parameter fill its path segment" }
    ];
    an_optional_path_parameter: [
        { at "/paths/~1contacts~1{id}/parameters/0"
          is "the path cannot do without id"
          so "write required: true" }
    ];
    a_cookie: [
        { at "/paths/~1contacts/get/parameters/0"
          is "cookies are not sent"
          so "write in: query or in: header" }
    ];
    lists_and_objects_in_the_address: [
        { at "/paths/~1contacts/get/parameters/0"
          is "deepObject and explode: false are ignored or refused by the generator"
          so "use a plain parameter for each value" }
        { at "/paths/~1contacts/get/parameters/0/schema"
          is "filter is no scalar"
          so "write type: string, integer, number or boolean" }
        { at "/paths/~1contacts/get/parameters/1"
          is "deepObject and explode: false are ignored or refused by the generator"
          so "use a plain parameter for each value" }
        { at "/paths/~1contacts/get/parameters/1/schema"
          is "ids is no scalar"
          so "write type: string, integer, number or boolean" }
        { at "/paths/~1contacts/get/parameters/2/schema"
          is "tags is no scalar"
          so "write type: string, integer, number or boolean" }
    ];
    a_parameter_without_a_schema: [
        { at "/paths/~1contacts/get/parameters/0"
          is "filter has no schema"
          so "write schema: {type: string}" }
    ];
    a_page_without_items: [
        { at "/paths/~1contacts/get/x-page"
          is "items is missing"
          so "write items: /data/contacts" }
    ];
    a_page_that_is_not_in_the_answer: [
        { at "/paths/~1contacts/get/x-page/items"
          is "/total is not in the answer"
          so "name a property of the success body, as in /data/contacts" }
        { at "/paths/~1contacts/get/x-page/next"
          is "/meta/cursor is not in the answer"
          so "name a property of the success body, as in /data/contacts" }
        { at "/paths/~1contacts/get/x-page/cursor"
          is "cursor is not read"
          so "write items, next, more, current, last, total or size" }
    ];
    a_page_of_an_empty_answer: [
        { at "/paths/~1contacts/get/x-page/items"
          is "/contacts is not in the answer"
          so "name a property of the success body, as in /data/contacts" }
    ];
    a_proof_that_is_not_in_the_answer: [
        { at "/paths/~1contacts/get/x-proof"
          is "a read does nothing that could be proved"
          so "leave it out" }
        { at "/paths/~1contacts/post/x-proof"
          is "\"/data/uuid\" is no text or number in the answer"
          so "name a property of the success body, as in x-proof: /data/id" }
        { at "/paths/~1contacts/put/x-proof"
          is "\"/data\" is no text or number in the answer"
          so "name a property of the success body, as in x-proof: /data/id" }
    ];
    an_address_of_its_own_without_a_place: [
        { at "/paths/~1contacts/servers"
          is "an address of its own is one over https, and says where it is beside another base address"
          so "write servers: [{url: https://…, x-relative: ../…}], without a slash at the end" }
    ];
    credentials_that_fit_into_no_body: [
        { at "/paths/~1contacts/get/x-body-credentials"
          is "there is no JSON body to fill it into"
          so "give the operation a body of application/json" }
        { at "/paths/~1contacts/post/x-body-credentials/apikey"
          is "apikey is no property of Find itself"
          so "name one of its properties" }
        { at "/paths/~1contacts/post/x-body-credentials/from"
          is "1 is no keyword of Client"
          so "write from: api_key" }
        { at "/paths/~1contacts/post/x-body-credentials"
          is "Find is also the body of find_contacts_again, where other things are filled in"
          so "make one for each" }
    ];
}
