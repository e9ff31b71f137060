package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ModelName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aicortex chat}. */
@Command(name = "chat", description = "Asks a model and shows its answer as it comes.")
final class ChatCommand extends GatewayCommand {
    @Parameters(
            paramLabel = "PROMPT",
            description = "What to ask; standard input when there is none or it is '-'.")
    private List<String> words = List.of();

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "The model (default: the first of the fleet's that can chat).")
    private @Nullable String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system prompt.")
    private @Nullable String system;

    @Option(names = "--json", description = "Asks the model to answer in JSON.")
    private boolean json;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--events",
            description = "Prints each event of the answer as a line of JSON, as it comes.")
    private boolean events;

    /** The answer as it comes, or one object at its end. */
    private enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (events && format == Format.JSON) {
            throw wrongUsage("--events is a format of its own; leave out --output");
        }
        CortexClient cortex = client();
        String prompt = prompt(words);
        String asked = model != null ? model : firstModel(cortex);
        try (ChatAnswer answer = cortex.chat(question(asked, prompt))) {
            if (events) {
                answer.forEachEvent(event -> {
                    out().println(Json.line(event));
                    expectOpen(out());
                });
            } else if (format == Format.JSON) {
                out().println(Json.line(whole(asked, answer)));
            } else {
                try (AnswerPrinter printer = new AnswerPrinter(out(), Terminal.onOutput())) {
                    answer.forEachPiece(printer::print);
                }
            }
        }
        return 0;
    }

    private JsonNode question(String asked, String prompt) {
        ObjectNode question = question(asked, system, prompt);
        if (json) {
            question.putObject("response_format").put("type", "json_object");
        }
        if (events) { // the last one tells what the answer took
            question.putObject("stream_options").put("include_usage", true);
        }
        return question;
    }

    private static String firstModel(CortexClient cortex) {
        for (JsonNode model : cortex.get("/v1/models", "data").path("data")) {
            String id = model.path("id").asText("");
            if (!id.isBlank() && !ModelName.of(id).namesAnEmbedding()) {
                return id;
            }
        }
        throw new CommandException(
                "the fleet holds no model that can chat; pull one on a server, or see 'aicortex servers'");
    }

    private static JsonNode whole(String asked, ChatAnswer answer) {
        StringBuilder content = new StringBuilder();
        answer.forEachPiece(content::append);
        return Json.object()
                .put("model", asked)
                .put("content", content.toString())
                .put("server", answer.server().orElse(null));
    }

    private static void expectOpen(PrintWriter out) {
        if (out.checkError()) { // which also flushes
            throw new CommandException("standard output is closed; the answer was stopped");
        }
    }

    /** Shows an answer piece by piece, and ends it with a line feed when it has none. */
    static final class AnswerPrinter implements AutoCloseable {
        private final PrintWriter out;
        private final boolean terminal;
        private boolean insideLine;

        /**
         * Only for a terminal are control characters replaced; a file gets what the model wrote.
         */
        AnswerPrinter(PrintWriter out, boolean terminal) {
            this.out = out;
            this.terminal = terminal;
        }

        /** Shows a piece, which is not empty. */
        void print(String piece) {
            out.print(terminal ? Terminal.harmless(piece) : piece);
            insideLine = !piece.endsWith("\n");
            expectOpen(out);
        }

        @Override
        public void close() {
            if (insideLine) {
                out.println();
            }
        }
    }
}
