//! What is said of bodies and schemas.

broken! {
    two_request_media_types: [
        { at "/paths/~1contacts/post/requestBody/content"
          is "an operation has one request media type"
          so "keep one of application/json, multipart/form-data, application/x-www-form-urlencoded" }
    ];
    a_request_in_xml: [
        { at "/paths/~1contacts/post/requestBody/content"
          is "application/xml is not written"
          so "use one of application/json, multipart/form-data, application/x-www-form-urlencoded" }
    ];
    a_request_without_a_name: [
        { at "/paths/~1contacts/post/requestBody/content/application~1json/schema"
          is "the body is not a named component"
          so "move it to components/schemas and refer to it" }
    ];
    bodies_without_examples: [
        { at "/paths/~1contacts/post/requestBody/content/application~1json"
          is "the body has no example"
          so "add example: or examples:" }
        { at "/paths/~1contacts/post/responses/200/content/application~1json"
          is "the answer has no example"
          so "add example: or examples:" }
    ];
    a_form_with_an_object: [
        { at "/paths/~1contacts/post/requestBody/content/multipart~1form-data/schema"
          is "the field address does not fit into a form"
          so "fields are scalars, arrays of scalars and, in multipart/form-data, files" }
        { at "/paths/~1contacts/post/requestBody/content/multipart~1form-data/schema"
          is "the field pictures[] does not fit into a form"
          so "fields are scalars, arrays of scalars and, in multipart/form-data, files" }
    ];
    a_file_in_an_urlencoded_form: [
        { at "/paths/~1contacts/post/requestBody/content/application~1x-www-form-urlencoded/schema"
          is "the field picture does not fit into a form"
          so "fields are scalars, arrays of scalars and, in multipart/form-data, files" }
    ];
    an_answer_without_a_name: [
        { at "/paths/~1contacts/get/responses/200/content/application~1json/schema"
          is "the answer is not a named component"
          so "move it to components/schemas and refer to it" }
    ];
    an_answer_in_csv: [
        { at "/paths/~1contacts/get/responses/200/content/text~1csv"
          is "only JSON answers are read"
          so "write application/json" }
    ];
    no_success: [
        { at "/paths/~1contacts/get/responses"
          is "there is no success"
          so "add the status that the vendor answers with, such as '200'" }
    ];
    a_range_of_successes: [
        { at "/paths/~1contacts/get/responses/2XX"
          is "successes are told apart by their status"
          so "write each status that the vendor answers with, such as '200'" }
    ];
    schemas_that_compile_into_the_wrong_type: [
        { at "/components/schemas/Contact/properties/id/anyOf"
          is "anyOf is compiled into the wrong type"
          so "leave the schema open: {}" }
        { at "/components/schemas/Contact/properties/name/not"
          is "not is compiled into the wrong type"
          so "leave the schema open: {}" }
        { at "/components/schemas/Contact/properties/tags/items/anyOf"
          is "anyOf is compiled into the wrong type"
          so "leave the schema open: {}" }
        { at "/components/schemas/Contact/additionalProperties/not"
          is "not is compiled into the wrong type"
          so "leave the schema open: {}" }
    ];
    a_string_enum_without_a_name: [
        { at "/components/schemas/Contact/oneOf/0/properties/status/enum"
          is "a string enum that is not a component cannot be open to new values"
          so "move it to components/schemas and refer to it" }
    ];
    enum_values_that_make_no_variant: [
        { at "/components/schemas/Status/enum"
          is "on-hold and on hold make the same variant"
          so "keep one of them" }
        { at "/components/schemas/Status/enum"
          is "unknown is the word for values that are not known"
          so "leave it out of the list" }
        { at "/components/schemas/Status/enum"
          is "1 is no text"
          so "put quotes around it, or write nullable: true for null" }
    ];
    properties_that_do_not_exist: [
        { at "/components/schemas/NewContact/required"
          is "name is no property"
          so "describe name under properties" }
        { at "/components/schemas/NewContact/x-requires-one-of"
          is "email is no property"
          so "describe email under properties" }
        { at "/components/schemas/NewContact/x-requires-together/0"
          is "country is no property"
          so "describe country under properties" }
        { at "/components/schemas/Nothing/required"
          is "anything is no property"
          so "describe anything under properties" }
    ];
    a_schema_for_both_directions: [
        { at "/components/schemas/Contact"
          is "used by requests and by answers: the first are strict, the second tolerant"
          so "make one for each" }
    ];
    a_request_that_holds_itself: [
        { at "/components/schemas/NewGroup"
          is "holds itself: a request has an end"
          so "leave the inner one open: {}" }
    ];
    alternatives_that_look_the_same: [
        { at "/components/schemas/Message/oneOf/0"
          is "the alternative cannot be told from the others"
          so "refer to a component with a required property that no other alternative has" }
        { at "/components/schemas/Message/oneOf/2"
          is "the alternative cannot be told from the others"
          so "refer to a component with a required property that no other alternative has" }
    ];
}
