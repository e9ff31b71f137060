package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Segment;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds, while a body is parsed, what offers a model to search or fetch from the web: tools that
 * are no function of the client's but a service that a server runs. Such an offer can be taken out,
 * and the request be served without it.
 */
final class WebOffers {
    private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]");

    /** A header has to hold what is told of them. */
    private static final Pattern TOLD = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private static final int MOST_TOLD = 16;
    private static final String OPTIONS = "web_search_options";

    private final ToolList tools = new ToolList();
    private final Set<String> types = new LinkedHashSet<>();
    private final Set<String> names = new HashSet<>();

    private final List<Field> fields = new ArrayList<>();
    private Tool choice = Tool.OTHER;
    private boolean optionsSet;

    /**
     * An element of a list, or a field of an object with its name.
     *
     * @param first whether none stays before it
     */
    private record Item(int start, int end, boolean first) {
        /** It goes with the comma that parts it from what stays. */
        Splice cut(ByteBuf body) {
            byte comma = ',';
            int from = first ? start : body.indexOf(start, 0, comma);
            int to = first ? body.indexOf(end, body.writerIndex(), comma) + 1 : end;
            return Splice.replace(new Segment.Range(from, to), "");
        }
    }

    /**
     * A field of the body.
     *
     * @param before how many stand before it
     */
    private record Field(String name, int start, int end, int before) {}

    /** What is known of a tool, or of the choice of one. */
    private record Tool(boolean web, String name, ToolList within) {
        static final Tool OTHER = new Tool(false, "", new ToolList());

        boolean goes() {
            return web || within.emptied();
        }
    }

    /** A list of tools, without those that go. */
    private static final class ToolList {
        private final List<Item> cuts = new ArrayList<>();
        private int kept;

        boolean emptied() {
            return kept == 0 && !cuts.isEmpty();
        }
    }

    /**
     * {@code tools}, {@code tool_choice}, or {@code web_search_options}, by which a chat completion
     * asks for a search. The parser is at the field's value, and at its end afterwards.
     *
     * @param start of the field's name
     * @param before how many fields stand before it
     */
    void read(String field, JsonParser json, long start, int before) throws IOException {
        JsonToken value = json.currentToken();
        if (field.equals("tools") && value == JsonToken.START_ARRAY) {
            list(json, tools);
        } else if (field.equals("tool_choice")) {
            choice = choice(json, value);
        } else if (field.equals(OPTIONS) && value != JsonToken.VALUE_NULL) {
            types.add(field);
            optionsSet = true;
        }
        json.skipChildren();
        json.finishToken();
        fields.add(new Field(field, (int) start, PromptPlaces.end(json), before));
    }

    private void list(JsonParser json, ToolList list) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            int start = PromptPlaces.start(json);
            Tool tool = json.currentToken() == JsonToken.START_OBJECT ? tool(json) : Tool.OTHER;
            json.skipChildren();
            if (tool.goes()) {
                names.add(tool.name);
                list.cuts.add(new Item(start, PromptPlaces.end(json), list.kept == 0));
            } else {
                list.kept++;
                list.cuts.addAll(tool.within.cuts);
            }
        }
    }

    private Tool choice(JsonParser json, JsonToken value) throws IOException {
        return switch (value) {
            case START_OBJECT -> tool(json);
            case VALUE_STRING -> new Tool(isWeb(json.getText()), "", new ToolList());
            default -> Tool.OTHER;
        };
    }

    /** {@code web_search}, {@code web_search_preview}, {@code web_fetch_20250910} … */
    private Tool tool(JsonParser json) throws IOException {
        boolean web = false;
        String name = "";
        ToolList within = new ToolList();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = RequestParser.folded(json.currentName());
            JsonToken value = json.nextToken();
            if (field.equals("type") && value == JsonToken.VALUE_STRING) {
                web |= isWeb(json.getText());
            } else if (field.equals("name") && value == JsonToken.VALUE_STRING) {
                name = json.getText();
            } else if (field.equals("tools") && value == JsonToken.START_ARRAY) {
                list(json, within);
            } else if (field.equals("allowed_tools") && value == JsonToken.START_OBJECT) {
                within = tool(json).within;
            }
            json.skipChildren();
        }
        return new Tool(web, name, within);
    }

    private boolean isWeb(String type) {
        String letters = NO_LETTERS.matcher(type.toLowerCase(Locale.ROOT)).replaceAll("");
        boolean web = letters.contains("websearch") || letters.contains("webfetch");
        if (web && types.size() < MOST_TOLD) {
            types.add(TOLD.matcher(type).matches() ? type : "web_search");
        }
        return web;
    }

    /** All of it, once the body is parsed; may block when the body is in a file. */
    ParsedBody.Removed found(RequestBody body) throws IOException {
        if (types.isEmpty()) {
            return ParsedBody.Removed.NOTHING;
        }
        List<Item> items = new ArrayList<>();
        for (Field field : fields) {
            if (goes(field.name)) {
                items.add(new Item(field.start, field.end, field.before == items.size()));
            }
        }
        items.addAll(tools.emptied() ? List.of() : tools.cuts);
        items.addAll(goes("tool_choice") ? List.of() : choice.within.cuts);
        return items.isEmpty()
                ? ParsedBody.Removed.NOTHING
                : new ParsedBody.Removed(
                        body.read(bytes -> items.stream().map(item -> item.cut(bytes)).toList()),
                        types);
    }

    private boolean goes(String field) {
        return switch (field) {
            case "tools" -> tools.emptied();
            case "tool_choice" -> choiceGoes();
            default -> optionsSet;
        };
    }

    /** It names a tool that goes, or there is none left to choose. */
    private boolean choiceGoes() {
        boolean named = !choice.name.isEmpty() && names.contains(choice.name);
        return choice.goes() || named || tools.emptied();
    }
}
