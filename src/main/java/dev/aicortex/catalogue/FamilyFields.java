package dev.aicortex.catalogue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The names of a family file's fields, and what reads and writes them. */
final class FamilyFields {
    /** Numbers that are not ours are written as they were read. */
    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

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
