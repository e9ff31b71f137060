package dev.aicortex.translate;

import static dev.aicortex.translate.Translated.json;
import static dev.aicortex.translate.Translated.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/completions} on {@code /api/generate}. */
class CompletionTest {
    private static JsonNode body(String fields) throws IOException {
        return Translated.body(NativeRoute.COMPLETIONS, json("{" + fields + "}"));
    }

    @Test
    void asksWithTheDefaultsOfTheCompatibleRoute() throws IOException {
        assertThat(body("'prompt':'Hi','suffix':'Bye','echo':true,'best_of':2,'max_tokens':5"))
                .isEqualTo(
                        tree(
                                """
                                {'model':'served:latest','stream':false,'prompt':'Hi','suffix':'Bye',
                                 'options':{'num_ctx':8192,'num_predict':5,'temperature':1.0,'top_p':1.0,
                                            'frequency_penalty':0.0,'presence_penalty':0.0}}
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'stream':true|/stream|true",
                "'stop':'end'|/options/stop|['end']",
                "'seed':1|/options/seed|1",
                "'frequency_penalty':0.5|/options/frequency_penalty|0.5",
                "'logprobs':2|/logprobs|true",
                "'logprobs':2|/top_logprobs|2",
                "'keep_alive':0|/keep_alive|0",
            })
    void putsASettingWhereTheServerLooksForIt(String asked, String pointer, String natively)
            throws IOException {
        assertThat(body("'prompt':'Hi'," + asked).at(pointer)).isEqualTo(tree(natively));
    }

    @Test
    void wantsOnePrompt() {
        assertThatThrownBy(() -> body("'prompt':['a','b']"))
                .isInstanceOf(ValidationException.class)
                .hasMessage("'prompt' must be a string");
    }

    @Test
    void countsPromptAndSuffix() throws IOException {
        String body =
                json("{'prompt':'%s','suffix':'%s'}".formatted("a".repeat(300), "b".repeat(100)));
        assertThat(Translated.of(NativeRoute.COMPLETIONS, body).promptEstimate()).isEqualTo(100);
    }

    @Test
    void givesLogProbabilitiesWithTheText() {
        AnswerTranslation answer = new CompletionAnswer("Asked", false);
        String line = "{'response':'Hi','done':false,'logprobs':[{'token':'Hi','logprob':-1.5}]}";
        assertThat(answer.line(Buffer.buffer(json(line))).toString())
                .contains(
                        json(
                                "'choices':[{'text':'Hi','index':0,'finish_reason':null,'logprobs':{'content':[{'token':'Hi','logprob':-1.5}]}}],'model':'Asked'"));
    }

    @Test
    void endsABrokenStreamWithAnError() {
        AnswerTranslation answer = new CompletionAnswer("Asked", true);
        assertThat(answer.line(Buffer.buffer("{\"error\":\"gone\"}")).toString())
                .startsWith("event: error\ndata: {\"error\":{\"message\":\"gone\"")
                .doesNotContain("[DONE]");
    }
}
