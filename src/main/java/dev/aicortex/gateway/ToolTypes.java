package dev.aicortex.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Finds the tools that are no function of the client's but a service that somebody runs. */
final class ToolTypes {
    private static final String WEB_SEARCH = "web_search";

    private ToolTypes() {}

    /**
     * Whether one of the tools, whose array the parser is at, searches the web; the parser is at
     * the array's end afterwards.
     */
    static boolean searchTheWeb(JsonParser json) throws IOException {
        boolean found = false;
        if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                found |= json.currentToken() == JsonToken.START_OBJECT && searches(json);
                json.skipChildren();
            }
        }
        json.skipChildren();
        return found;
    }

    /** {@code web_search}, {@code web_search_preview}, {@code web_search_20250305} … */
    private static boolean searches(JsonParser tool) throws IOException {
        boolean found = false;
        while (tool.nextToken() == JsonToken.FIELD_NAME) {
            boolean type = FieldNames.folded(tool.currentName()).equals("type");
            if (tool.nextToken() == JsonToken.VALUE_STRING && type) {
                found |= tool.getText().startsWith(WEB_SEARCH);
            }
            tool.skipChildren();
        }
        return found;
    }
}
