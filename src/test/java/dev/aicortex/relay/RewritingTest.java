package dev.aicortex.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Usage;
import dev.aicortex.model.ModelName;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewritingTest {
    @Nested
    class TheUsageFilter {
        private static final String TOKEN =
                "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"choices\\\":[]\"}}]}\n\n";
        private static final String USAGE =
                "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
        private static final String DONE = "data: [DONE]\n\n";

        private final UsageFilter filter = new UsageFilter();

        private String lines(String text) {
            return filter.lines(Buffer.buffer(text)).toString();
        }

        @Test
        void takesOneEventOut() {
            assertThat(lines(TOKEN + USAGE + DONE)).isEqualTo(TOKEN + DONE);
        }

        @Test
        void leavesATokenThatLooksLikeIt() {
            assertThat(lines(TOKEN)).isEqualTo(TOKEN);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"choices\": [], \"usage\": {\"prompt_tokens\": 1}}",
                    "{\"choices\" :\t[ ] ,\"usage\" : {}}",
                    "{\"usage\":{\"x\":[{}]},\"choices\":[]}",
                })
        void takesItOutHoweverItIsSpaced(String event) {
            for (String prefix : new String[] {"data: ", "data:"}) {
                assertThat(lines(TOKEN + prefix + event + "\n\n" + DONE)).isEqualTo(TOKEN + DONE);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"choices\":[],\"usage\":null}",
                    "{\"choices\":[],\"prompt_filter_results\":[]}",
                    "{\"choices\":[{\"delta\":{}}],\"usage\":{}}",
                    "{\"x\":{\"choices\":[],\"usage\":{}}}",
                    "{\"usage\":{},\"choices\":[",
                    "{\"usage\":{}}",
                    "\"usage\"",
                })
        void leavesWhatIsMoreThanCounts(String event) {
            String all = TOKEN + "data: " + event + "\n\n" + DONE;
            assertThat(lines(all)).isEqualTo(all);
        }

        @Test
        void takesItOutHoweverTheLinesCome() {
            String all = TOKEN + USAGE + DONE;
            StringBuilder out = new StringBuilder();
            for (String line : all.splitWithDelimiters("\n", 0)) {
                out.append(line.equals("\n") ? "" : lines(line + "\n"));
            }
            assertThat(out.toString()).isEqualTo(TOKEN + DONE);
        }

        @Test
        void takesOutWindowsLineEndsToo() {
            String all = (TOKEN + USAGE + DONE).replace("\n", "\r\n");
            assertThat(lines(all)).isEqualTo((TOKEN + DONE).replace("\n", "\r\n"));
        }
    }

    @Nested
    class TheModelEcho {
        private final ModelEcho echo = new ModelEcho(ModelName.of("llama3.2:3b"), "gpt-4o “mini”");

        @Test
        void namesTheModelInEachEventAsTheClientDid() {
            String line =
                    "data: {\"model\":\"llama3.2:3b\",\"x\":\"é\",\"model\":\"llama3.2:3b\"}\n";
            String said =
                    "data: {\"model\":\"gpt-4o “mini”\",\"x\":\"é\",\"model\":\"llama3.2:3b\"}\n";
            assertThat(echo.lines(Buffer.buffer(line + "\n" + line)).toString())
                    .isEqualTo(said + "\n" + said);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"model\":\"Llama3.2:3B\"}|{\"model\":\"gpt-4o “mini”\"}",
                    "{\"model\":\"other\"}|{\"model\":\"other\"}",
                    "{\"model\": \"llama3.2:3b\"}|{\"model\": \"gpt-4o “mini”\"}",
                    "{ \"model\" :\t\"llama3.2:3b\" }|{ \"model\" :\t\"gpt-4o “mini”\" }",
                    "{\"a\":[{\"model\":1}],\"model\":\"llama3\\u002e2:3b\"}|{\"a\":[{\"model\":1}],\"model\":\"gpt-4o “mini”\"}",
                    "{\"type\":\"x\",\"response\":{\"id\":1,\"model\" : \"llama3.2:3b\"}}|{\"type\":\"x\",\"response\":{\"id\":1,\"model\" : \"gpt-4o “mini”\"}}",
                    "{\"message\":{\"tool_calls\":[{\"model\":\"llama3.2:3b\"}]},\"done\":1}|{\"message\":{\"tool_calls\":[{\"model\":\"llama3.2:3b\"}]},\"done\":1}",
                    "{\"message\":{\"content\":\"\"},\"model\":\"llama3.2:3b\"}|{\"message\":{\"content\":\"\"},\"model\":\"gpt-4o “mini”\"}",
                    "{\"model\":\"llama3.2:3b|{\"model\":\"llama3.2:3b",
                    "\"model\"|\"model\"",
                    "{\"s\":\"\\\"model\\\":\\\"llama3.2:3b\\\"\"}|{\"s\":\"\\\"model\\\":\\\"llama3.2:3b\\\"\"}",
                })
        void changesThatFieldAlone(String document, String expected) {
            assertThat(echo.document(Buffer.buffer(document)).toString()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"done\":true,\"prompt_eval_count\":14,\"eval_count\":8}|14|8",
                "data: {\"usage\":{\"prompt_tokens\":14,\"completion_tokens\":8}} data: [DONE]|14|8",
                "{\"usage\":{\"input_tokens\": 14,\"output_tokens\": 8}}|14|8",
                "{\"usage\":{\"prompt_tokens\":14,\"total_tokens\":14}}|14|0",
                "{\"message\":\"\\\"eval_count\\\":99\"}|0|0",
                "{\"eval_count\":100000000}|0|100000000",
                "{\"eval_count\":100000001}|0|0",
                "{\"eval_count\":123456789012345678901234567890,\"prompt_eval_count\":10000000000000}|0|0",
                "{\"eval_count\":1e13,\"prompt_eval_count\":1.5}|0|0",
                "{\"eval_count\":-8}|0|0",
                "{\"prompt_eval_count\" : 14 ,\"eval_count\"\t:\t8}|14|8",
                "{\"a:b\":1,\"eval_count\":8,\"x\":\"eval_count: 9\"}|0|8",
                ":|0|0",
                "\":1|0|0",
                "|0|0",
            })
    void usageIsWhatTheEndOfAnAnswerSays(String tail, long prompt, long completion) {
        assertThat(Usage.in(Buffer.buffer(tail == null ? "" : tail)))
                .isEqualTo(Usage.tokens(prompt, completion));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"done\":true,\"done_reason\":\"stop\",\"eval_count\":8}|stop",
                "data: {\"choices\":[{\"finish_reason\":\"length\"}]}|length",
                "{\"finish_reason\":\"tool_calls\"} {\"finish_reason\":null,\"usage\":{}}|tool_calls",
                "{\"delta\":{\"stop_reason\" : \"end_turn\"}}|end_turn",
                "{\"message\":\"\\\"stop_reason\\\":\\\"x\\\"\"}|``",
                "{\"stop_reason\":\"<script>\"}|``",
                "{\"stop_reason\":\"abcdefghijklmnopqrstuvwxyzabcdefgh\"}|``",
                "{\"stop_reason\":\"en|``",
                "{\"stop_reason\"|``",
            })
    void theStopReasonIsAWordOfTheDialect(String tail, String reason) {
        assertThat(Usage.in(Buffer.buffer(tail)).stopReason()).isEqualTo(reason);
    }
}
