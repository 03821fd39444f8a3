#include <haulwatch/io/jt808/session_messages.hpp>

#include <algorithm>

namespace haulwatch::io::jt808 {
namespace {

using detail::u16_at;

/// Takes texts off the front of a body.
class TextCutter {
 public:
  explicit TextCutter(Bytes body) noexcept : rest_{body} {}
  [[nodiscard]] std::string_view take(std::size_t size) noexcept {
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    const std::string_view text{reinterpret_cast<const char*>(taken.data()), taken.size()};
    const std::size_t last = text.find_last_not_of('\0');
    const std::size_t first = text.find_first_not_of('\0');  // some makers pad in front
    return last == std::string_view::npos ? std::string_view{} : text.substr(first, last - first + 1);
  }
  [[nodiscard]] std::string_view take_all() noexcept { return take(rest_.size()); }
  [[nodiscard]] std::size_t size() const noexcept { return rest_.size(); }

 private:
  Bytes rest_;
};

struct RegistrationLayout {
  std::size_t maker, model, terminal_id;
  [[nodiscard]] constexpr std::size_t size() const noexcept { return 4 + maker + model + terminal_id + 1; }
};
constexpr RegistrationLayout edition_2011{5, 8, 7};
constexpr RegistrationLayout edition_2013{5, 20, 7};
constexpr RegistrationLayout edition_2019{11, 30, 30};

}  // namespace

std::optional<Registration> read_registration(const Message& message) noexcept {
  const Bytes body = message.body;
  const RegistrationLayout layout = message.header.version == HeaderVersion::v2019 ? edition_2019
                                    : body.size() >= edition_2013.size()           ? edition_2013
                                                                                   : edition_2011;
  if (body.size() < layout.size()) return std::nullopt;
  Registration registration;
  registration.province = u16_at(body, 0);
  registration.city = u16_at(body, 2);
  TextCutter rest{body.subspan(4)};
  registration.maker = rest.take(layout.maker);
  registration.model = rest.take(layout.model);
  registration.terminal_id = rest.take(layout.terminal_id);
  registration.plate_colour = body[layout.size() - 1];
  TextCutter plate{body.subspan(layout.size())};
  registration.plate = plate.take_all();
  return registration;
}

std::optional<Authentication> read_authentication(const Message& message) noexcept {
  Authentication authentication;
  if (message.header.version == HeaderVersion::v2013) {
    authentication.code = TextCutter{message.body}.take_all();
    return authentication;
  }
  constexpr std::size_t imei = 15;
  constexpr std::size_t software_version = 20;
  if (message.body.empty() || message.body.size() < 1U + message.body[0]) return std::nullopt;
  TextCutter rest{message.body.subspan(1)};
  authentication.code = rest.take(message.body[0]);
  if (rest.size() < imei) return authentication;
  authentication.imei = rest.take(imei);
  authentication.software_version = rest.take(std::min(rest.size(), software_version));
  return authentication;
}

std::optional<TerminalAnswer> read_terminal_answer(const Message& message) noexcept {
  if (message.body.size() < 5) return std::nullopt;
  return TerminalAnswer{u16_at(message.body, 0), MessageId{u16_at(message.body, 2)}, Result{message.body[4]}};
}

}  // namespace haulwatch::io::jt808
