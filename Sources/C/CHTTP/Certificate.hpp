// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/ssl.hpp>
#include <memory>
#include <mutex>
#include <string>

namespace cartload {

/// The certificate that new connections show; it can be read again while the server runs.
class Certificate {
  public:
    using Context = boost::asio::ssl::context;

    Certificate(const char *certificate, const char *key)
        : certificatePath(certificate ? certificate : ""), keyPath(key ? key : "") {}

    bool isWanted() const { return !certificatePath.empty(); }

    /// False with a message when the files cannot be used; then the old certificate stays.
    bool load(std::string &message) {
        auto fresh = std::make_shared<Context>(Context::tls_server);
        boost::system::error_code error;
        fresh->set_options(
            Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 | Context::no_tlsv1 | Context::no_tlsv1_1 |
                Context::single_dh_use,
            error);
        SSL_CTX_set_options(fresh->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        // Idle connections give their buffers back.
        SSL_CTX_set_mode(fresh->native_handle(), SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_alpn_select_cb(fresh->native_handle(), chooseProtocol, nullptr);
        fresh->use_certificate_chain_file(certificatePath, error);
        if (error) return fail(message, certificatePath, error.message());
        fresh->use_private_key_file(keyPath, Context::pem, error);
        if (error) return fail(message, keyPath, error.message());
        if (SSL_CTX_check_private_key(fresh->native_handle()) != 1)
            return fail(message, keyPath, "the key is not the certificate's");
        std::lock_guard lock(mutex);
        context = std::move(fresh);
        return true;
    }

    std::shared_ptr<Context> current() {
        std::lock_guard lock(mutex);
        return context;
    }

  private:
    static bool fail(std::string &message, const std::string &path, const std::string &reason) {
        message = path + ": " + reason;
        ERR_clear_error();
        return false;
    }

    /// HTTP/1.1 when the client names protocols and that is one of them; else none.
    static int chooseProtocol(
        SSL *, const unsigned char **chosen, unsigned char *count, const unsigned char *offered, unsigned offeredCount,
        void *) {
        static const unsigned char ours[] = "\x08http/1.1";
        unsigned char *found = nullptr;
        if (SSL_select_next_proto(&found, count, ours, sizeof ours - 1, offered, offeredCount) != OPENSSL_NPN_NEGOTIATED)
            return SSL_TLSEXT_ERR_NOACK;
        *chosen = found;
        return SSL_TLSEXT_ERR_OK;
    }

    const std::string certificatePath;
    const std::string keyPath;
    std::mutex mutex;
    std::shared_ptr<Context> context;
};

}  // namespace cartload
