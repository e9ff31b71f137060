package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormParserTest {
    private static final String TYPE = "multipart/form-data; boundary=xyz";

    private static String part(String disposition, String value) {
        return "--xyz\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
                .formatted(disposition, value);
    }

    private static String form(String... parts) {
        return String.join("", parts) + "--xyz--\r\n";
    }

    private static RequestBody.InMemory body(byte[] bytes) {
        return new RequestBody.InMemory(Buffer.buffer(bytes), new BodyBudget(10_000_000));
    }

    private static ParsedBody parse(String text) throws IOException {
        return FormParser.parse(body(text.getBytes(StandardCharsets.UTF_8)), TYPE);
    }

    @Test
    void findsTheModelBehindAFileOfAnyBytes() throws IOException {
        byte[] file = new byte[300_000];
        new Random(7).nextBytes(file);
        Buffer all =
                Buffer.buffer(
                                "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n")
                        .appendBytes(file)
                        .appendString("\r\n")
                        .appendString(
                                form(
                                        part("name=\"model\"", "whisper"),
                                        part("name=stream", "true")));
        ParsedBody request = FormParser.parse(body(all.getBytes()), TYPE);
        assertThat(request.spelling()).isEqualTo("whisper");
        assertThat(request.stream()).isTrue();
        Segment.Range place = request.place();
        assertThat(all.getString((int) place.start(), (int) place.end())).isEqualTo("whisper");
    }

    @Test
    void fieldsThatAreListsMayStandThereSeveralTimes() throws IOException {
        String list = "name=\"timestamp_granularities[]\"";
        String text = form(part(list, "word"), part(list, "segment"), part("name=\"model\"", "m"));
        assertThat(parse(text).spelling()).isEqualTo("m");
    }

    @Test
    void anAliasIsSplicedInAndTheFileStays() throws IOException {
        String text = form(part("name=\"model\"", "alias"), part("name=\"file\"", "RIFF..."));
        ParsedBody request = parse(text);
        List<Segment> segments =
                Splice.apply(
                        List.of(Splice.replace(request.place(), "whisper:large")),
                        request.body().length());
        RequestBody.InMemory sent = (RequestBody.InMemory) request.body();
        assertThat(sent.join(segments).toString())
                .isEqualTo(text.replace("alias", "whisper:large"));
    }

    @Test
    void takesAQuotedBoundaryAndAnOldClientsLineEnds() throws IOException {
        String text = form(part("name=\"model\"", "m")).replace("\r\n", "\n");
        RequestBody body = body(text.getBytes(StandardCharsets.UTF_8));
        String type = "Multipart/Form-Data; charset=utf-8; boundary=\"xyz\"";
        assertThat(FormParser.parse(body, type).spelling()).isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; Boundary=xyz",
                "multipart/form-data;BOUNDARY=\"xyz\"",
                "MULTIPART/FORM-DATA; charset=utf-8; boundary = xyz ; x=y",
                "multipart/form-data; x; boundary=\"x\\yz\"",
                "multipart/form-data; xboundary=no; note=\"; boundary=no\"; boundary=xyz",
            })
    void namesOfParametersHaveNoLetterCase(String type) throws IOException {
        for (String disposition :
                new String[] {
                    "Name=\"model\"",
                    "NAME=model",
                    "filename=\"; name=file\"; name = \"model\"",
                    "filename=\"a\\\"; name=file\";name=model"
                }) {
            String text = form(part(disposition, "m"), part("name=\"file\"", "x"));
            RequestBody body = body(text.getBytes(StandardCharsets.UTF_8));
            assertThat(FormParser.parse(body, type).spelling()).isEqualTo("m");
        }
    }

    @Test
    void refusesAFormWithoutAModelOrWithTwo() {
        assertThatThrownBy(() -> parse(form(part("name=\"file\"", "x"))))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'model' is required");
        String twice = form(part("name=\"model\"", "a"), part("name=\"model\"", "b"));
        assertThatThrownBy(() -> parse(twice)).hasMessageContaining("stands twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "multipart/form-data", "text/plain; boundary=xyz"})
    void refusesWhatIsNoForm(String type) {
        RequestBody body = body(new byte[] {'{', '}'});
        assertThatThrownBy(() -> FormParser.parse(body, type))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("multipart/form-data");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "--xyz", "--xyz\r\nContent-Disposition: form-data; name=\"model\"\r\n"})
    void aFormThatBreaksOffHasNoModel(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(ValidationException.class);
    }
}
