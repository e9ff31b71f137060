package dev.aicortex.catalogue;

import com.fasterxml.jackson.databind.ObjectMapper;

/** The names of a family file's fields, and what reads and writes them. */
final class FamilyFields {
    static final ObjectMapper JSON = new ObjectMapper();

    static final String FAMILY = "family";
    static final String MODELS = "models";
    static final String NAME = "name";
    static final String SIZE = "size";
    static final String PARAMETERS = "parameters";
    static final String QUANTIZATION = "quantization";
    static final String CONTEXT_LENGTH = "context_length";
    static final String DESCRIPTION = "description";
    static final String TAGS = "tags";
    static final String SERVERS = "servers";
    static final String DIGEST = "digest";
    static final String CAPABILITIES = "capabilities";
    static final String SIZE_BYTES = "size_bytes";
    static final String LICENSE = "license";
    static final String MODIFIED_AT = "modified_at";
    static final String URL = "url";
    static final String STATUS = "status";
    static final String LAST_SEEN = "last_seen";

    private FamilyFields() {}
}
