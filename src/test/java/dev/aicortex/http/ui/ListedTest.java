package dev.aicortex.http.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What headers list. */
class ListedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | true",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true",
                "application/json, TEXT/HTML;q=0.5 | true",
                "text/html; q=0.0 | false",
                "text/html;q=0,text/plain | false",
                "text/html;q=0.01 | true",
                "text/htmlx | false",
                "text/plain ,, text/html ,| true",
                "*/* | false",
                "text/* | false",
                "'' | false",
                " | false"
            })
    void isNamedByItsWholeNameAndNotRuledOut(String header, boolean named) {
        assertThat(Listed.names(header, "text/html")).isEqualTo(named);
    }
}
