package dev.aicortex.prompt.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static boolean continues(String template) {
        return ChatTemplate.continuesAnswers(template);
    }

    @Test
    void theRecordedModelContinuesAnswers() throws IOException {
        assertThat(continues(recorded())).isTrue();
    }

    private static String recorded() throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (InputStream show =
                ChatTemplateTest.class.getResourceAsStream("/exchanges/06-show.json")) {
            StringBuilder answer = new StringBuilder();
            for (JsonNode chunk :
                    json.readTree(Objects.requireNonNull(show)).at("/response/chunks")) {
                answer.append(chunk.path("text").asText());
            }
            return json.readTree(answer.toString()).path("template").asText();
        }
    }

    @Nested
    class OfMessages {
        private static final String TURNS =
                """
                {{- if .System }}<|im_start|>system
                {{ .System }}<|im_end|>
                {{ end }}
                {{- range $i, $message := .Messages }}
                {{- $last := eq (len (slice $.Messages $i)) 1 -}}
                {{- if eq .Role "user" }}<|im_start|>user
                {{ .Content }}<|im_end|>
                {{ else if eq .Role "assistant" }}<|im_start|>assistant
                {{ if .Content }}{{ $message.Content }}{{ else if .ToolCalls }}<tool_call>
                {{ range .ToolCalls }}{{ json .Function }}{{ end }}{{ end }}%s
                {{- end }}
                {{- if and (ne .Role "assistant") $last }}<|im_start|>assistant
                {{ end }}
                {{- end }}\
                """;

        @Test
        void oneThatLeavesTheLastAnswerOpenContinues() {
            assertThat(continues(TURNS.formatted("{{ if not $last }}<|im_end|>\n{{ end }}")))
                    .isTrue();
        }

        @Test
        void oneThatClosesEveryAnswerDoesNot() {
            assertThat(continues(TURNS.formatted("<|im_end|>\n"))).isFalse();
        }

        @Test
        void oneThatPutsSomethingBeforeAnAnswerDoesNot() {
            String pads = TURNS.formatted("{{ if not $last }}<|im_end|>\n{{ end }}");
            assertThat(continues(pads.replace("{{ $message.Content }}", " {{ .Content }}")))
                    .isFalse();
        }

        @Test
        void oneThatAlwaysOpensANewAnswerDoesNot() {
            assertThat(
                            continues(
                                    """
                                    {{- range .Messages }}<start_of_turn>{{ .Role }}
                                    {{ .Content }}<end_of_turn>
                                    {{ end }}<start_of_turn>model
                                    """))
                    .isFalse();
        }
    }

    @Nested
    class OfTurns {
        @Test
        void anOlderOneContinuesSinceItIsCutBehindTheAnswer() {
            assertThat(
                            continues(
                                    """
                                    {{ if .System }}<|system|>
                                    {{ .System }}</s>
                                    {{ end }}{{ if .Prompt }}<|user|>
                                    {{ .Prompt }}</s>
                                    {{ end }}<|assistant|>
                                    {{ .Response }}</s>
                                    """))
                    .isTrue();
        }

        @Test
        void oneWithoutAPlaceForTheAnswerGetsItAtItsEnd() {
            assertThat(continues("{{ .Prompt }}")).isTrue();
            assertThat(continues("[INST] {{ .System }} {{ .Prompt }} [/INST]")).isTrue();
        }

        @Test
        void oneThatChangesTheAnswerDoesNot() {
            assertThat(continues("{{ .Prompt }}\n{{ if .Response }}> {{ end }}{{ .Response }}"))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ .Prompt ",
                "{{ if .Prompt }}",
                "{{ end }}",
                "{{ else }}",
                "{{ define \"x\" }}{{ end }}",
                "{{ .Prompt }}{{ shout .Response }}",
                "{{ .Prompt }}{{ .Response | printf \"%s\" }}",
                "{{ .Prompt }}{{ (.Response }}",
                "{{ .Prompt }}{{ $unknown }}",
                "{{ .Prompt }}{{ \"open }}",
                "{{ .Prompt }}{{ \"\\q\" }}",
                "{{ .Prompt }}{{ ; }}",
                "{{ .Prompt }}{{ 99999999999999999999 }}",
                "{{ .Prompt }}{{ slice .Prompt 90 }}",
                "{{ range .Messages }}{{ .Unheard }}{{ end }}",
                "{{ range .Prompt }}{{ . }}{{ end }}",
                "{{ .Messages }}",
                "{{ }}",
                "{{ /* open }}",
            })
    void whatCannotBeReadIsNotReliedUpon(String template) {
        assertThat(continues(template)).isFalse();
    }

    @Test
    void noTemplateIsTooDeepToBeAnswered() {
        String deep = "{{ if .Prompt }}".repeat(20_000) + "{{ end }}".repeat(20_000);
        assertThat(continues(deep)).isFalse();
        assertThat(continues("{{ .Prompt }}{{ " + "(".repeat(50_000) + " }}")).isFalse();
        assertThat(continues("{{ .Prompt }}{{ \"" + "a".repeat(100_000) + "\" }}")).isTrue();
    }

    @Test
    void theLanguageIsReadAsGoReadsIt() {
        assertThat(
                        continues(
                                """
                                {{- /* a comment with }} in it */ -}}
                                {{- $asked := "" }}
                                {{- with .System }}<<{{ . }}>>{{ else }}<<>>{{ end }}
                                {{- range $i, $m := .Messages }}
                                {{- if or (eq $m.Role "user" "tool") (lt $i 0) }}{{ $asked = .Content }}
                                {{- else if and (ge $i 0) (le $i 99) (gt 2 1) }}
                                {{- if not (index $.Messages $i).Images }}{{ end }}{{ end }}
                                {{- end }}\
                                """))
                .as("a bracket with a field is not read")
                .isFalse();
        assertThat(
                        continues(
                                """
                                {{- /* a comment with }} in it */ -}}
                                {{- $asked := `` }}{{ $open := false -}}
                                {{- with .System }}<<{{ . }}>>{{ else }}<<>>{{ end }}
                                {{- range $i, $m := .Messages }}
                                {{- if or (eq $m.Role "user" "tool") (lt $i 0) }}{{ $asked = .Content }}[{{ $asked }}]
                                {{- $open = true }}
                                {{- else if and (.Role | eq "assistant") (ge $i 0) (le $i 99) (gt 2 1) }}
                                {{- "\\n" }}{{ .Content }}{{ $open = false }}
                                {{- with index $.Messages 0 }}{{ if eq $i -1 }}{{ .Role }}{{ end }}{{ end }}
                                {{- end }}
                                {{- end }}
                                {{- if $open }}{{ "\\n" }}{{ end }}\
                                """))
                .isTrue();
    }
}
