package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.TagList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPageTest {
    private static final List<TagList.Tag> MODELS =
            Stream.of("a:1", "b:1", "c:1", "d:1", "e:1").map(name -> tag(name, null)).toList();

    private static TagList.Tag tag(String name, @Nullable String modifiedAt) {
        return new TagList.Tag(name, name, modifiedAt, 1, "sha256:0", null, null, null);
    }

    private static FleetResource.ModelPage page(
            @Nullable String after, @Nullable String before, @Nullable String limit) {
        return FleetResource.ModelPage.of(
                MODELS, FleetResource.ModelPage.Request.of(after, before, limit));
    }

    private static String ids(FleetResource.ModelPage page) {
        return String.join(
                " ", page.data().stream().map(FleetResource.ModelPage.Entry::id).toList());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, a:1 b:1 c:1 d:1 e:1, false",
                "'', '', '', a:1 b:1 c:1 d:1 e:1, false",
                "-, -, 2, a:1 b:1, true",
                "b:1, -, 2, c:1 d:1, true",
                "B:1, -, 2, c:1 d:1, true",
                "d:1, -, 2, e:1, false",
                "e:1, -, 2, '', false",
                "-, d:1, 2, b:1 c:1, true",
                "-, c:1, 2, a:1 b:1, false",
                "-, a:1, 2, '', false",
                "-, -, 5, a:1 b:1 c:1 d:1 e:1, false",
                "bb:1, -, 2, c:1 d:1, true",
                "-, bb:1, 9, a:1 b:1, false"
            })
    void aPageBeginsBehindOrEndsBeforeItsPlace(
            String after, String before, String limit, String ids, boolean more) {
        FleetResource.ModelPage page = page(after, before, limit);
        assertThat(ids(page)).isEqualTo(ids);
        assertThat(page.hasMore()).isEqualTo(more);
    }

    @Test
    void itsEndsAreNamed() {
        FleetResource.ModelPage page = page("a:1", null, "3");
        assertThat(page.firstId()).isEqualTo("b:1");
        assertThat(page.lastId()).isEqualTo("d:1");
        assertThat(page("e:1", null, null).firstId()).isNull();
        assertThat(page("e:1", null, null).lastId()).isNull();
    }

    @Test
    void aPageHasTwentyUnlessToldOtherwise() {
        List<TagList.Tag> many =
                Stream.iterate(10, i -> i + 1).limit(50).map(i -> tag("m:" + i, null)).toList();
        FleetResource.ModelPage page =
                FleetResource.ModelPage.of(
                        many, FleetResource.ModelPage.Request.of(null, null, null));
        assertThat(page.data()).hasSize(20);
        assertThat(page.hasMore()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "9999", "99999999999", "two", "1.5", " 1"})
    void aLimitIsFromOneToAThousand(String limit) {
        assertThatThrownBy(() -> FleetResource.ModelPage.Request.of(null, null, limit))
                .isInstanceOf(ValidationException.class)
                .hasMessage("limit: '%s' is out of range; write a number from 1 to 1000", limit);
    }

    @Test
    void bothDirectionsAtOnceAreRefused() {
        assertThatThrownBy(() -> FleetResource.ModelPage.Request.of("a", "b", null))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("after_id and before_id");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2026-03-01T10:00:00.5+02:00, 2026-03-01T08:00:00.500Z",
                "yesterday, 1970-01-01T00:00:00Z",
                "-, 1970-01-01T00:00:00Z"
            })
    void timesAreInUtc(String modifiedAt, String createdAt) {
        assertThat(FleetResource.ModelPage.Entry.of(tag("a:1", modifiedAt), "A:1"))
                .isEqualTo(new FleetResource.ModelPage.Entry("model", "A:1", "a:1", createdAt));
    }
}
