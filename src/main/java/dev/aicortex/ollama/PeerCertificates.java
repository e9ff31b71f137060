package dev.aicortex.ollama;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom each server's certificate must be from, and which one of ours it is shown: one client has
 * connections to all servers, and each handshake is told whose it is.
 */
final class PeerCertificates {
    private final List<ServerAccess.Entry> entries;

    PeerCertificates(List<ServerAccess.Entry> entries) {
        this.entries = entries;
    }

    boolean trusts() {
        return entries.stream().anyMatch(entry -> entry.identity().trust().isPresent());
    }

    boolean identifies() {
        return entries.stream().anyMatch(entry -> entry.identity().key().isPresent());
    }

    X509ExtendedTrustManager trust() {
        return new Trust(PeerIdentity.usual());
    }

    X509ExtendedKeyManager keys() {
        return new Keys();
    }

    private Stream<ServerAccess.Entry> at(SSLEngine engine) {
        String host = Objects.requireNonNullElse(engine.getPeerHost(), "");
        String name = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        return entries.stream().filter(entry -> entry.at(name, engine.getPeerPort()));
    }

    private final class Trust extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager usual;

        Trust(X509ExtendedTrustManager usual) {
            this.usual = usual;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            at(engine)
                    .flatMap(entry -> entry.identity().trust().stream())
                    .findFirst()
                    .orElse(usual)
                    .checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            usual.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            usual.checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw noServer();
        }

        private static CertificateException noServer() {
            return new CertificateException("these connections have no clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Each pair goes by the key of its entry. */
    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
            return at(engine)
                    .filter(entry -> entry.identity().key().isPresent())
                    .map(ServerAccess.Entry::key)
                    .findFirst()
                    .orElse(null);
        }

        private Optional<PeerIdentity> named(String alias) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(alias))
                    .map(ServerAccess.Entry::identity)
                    .findFirst();
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return named(alias).flatMap(PeerIdentity::key).orElse(null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return named(alias)
                    .map(identity -> identity.chain().toArray(X509Certificate[]::new))
                    .orElse(null);
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
