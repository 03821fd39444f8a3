#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/text_store.hpp>
#include <haulwatch/manifest.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// Fixes, events and manifests as Protobuf messages (`proto/haulwatch/v1/`), each behind its length as a varint: the
/// framing of Protobuf's own `writeDelimitedTo`. A stream holds messages of one type. Usual file suffix: `.binpb`.
namespace haulwatch::io {

/// A length over this is taken for a broken stream, not for a message.
inline constexpr std::size_t wire_record_limit = std::size_t{1} << 20;

/// Appends messages to a string.
///
/// What is written is read back the same: numbers bit for bit, absence as absence (any NaN of a `Reading` is absence).
/// Broken UTF-8 in texts becomes U+FFFD, for a Protobuf string holds nothing else. One message is reused: no allocation
/// once it and `out` have grown. About 0.2 µs a fix. Threads: one at a time.
class WireWriter {
 public:
  WireWriter();
  ~WireWriter();
  WireWriter(WireWriter&&) noexcept;
  WireWriter& operator=(WireWriter&&) noexcept;

  /// \param vehicle the text of `fix.vehicle`
  void append(std::string& out, const Fix& fix, std::string_view vehicle);
  void append(std::string& out, const Event& event);
  void append(std::string& out, const Manifest& manifest);

 private:
  struct Messages;
  std::unique_ptr<Messages> messages_;
};

/// What one step of a `WireReader` came to.
enum class WireStep : std::uint8_t {
  record,   ///< the next record was read
  refused,  ///< the record is malformed or says what cannot be; the next step goes on behind it
  end,      ///< the input ends where a record does
  broken,   ///< the framing is lost: no later step reads anything
};

/// Why the last record was refused, or where the stream broke.
struct WireFault {
  std::uint64_t record = 0;  ///< counted from 1, those that were refused too
  std::uint64_t offset = 0;  ///< of the first byte of the record's length, in bytes from the beginning
  std::string message;       ///< field, what was found and what was expected

  friend bool operator==(const WireFault&, const WireFault&) = default;
};

/// `record 7 at byte 1234: lat: not a finite number`
[[nodiscard]] std::string describe(const WireFault& fault);

/// Reads messages from memory or from a stream.
///
/// Nothing in the input throws. Unknown fields are passed over. A record is refused when it is no message of its type,
/// has text that is not UTF-8, lacks a required field, or has a number that is not finite; whether a place lies on
/// Earth is for admission to judge, as for every other door. One message is reused: no allocation once it has grown,
/// but for new texts. About 0.2 µs a fix. Threads: one at a time.
///
/// libprotobuf reports text that is not UTF-8 on its own log (standard error, unless its log handler is set), too.
class WireReader {
 public:
  /// \param bytes outlive the reader
  explicit WireReader(std::span<const std::byte> bytes);
  explicit WireReader(std::string_view bytes) : WireReader{std::as_bytes(std::span{bytes})} {}

  /// \param in outlives the reader; opened in binary mode. It is read through its buffer, no further than the record.
  explicit WireReader(std::istream& in);

  ~WireReader();
  WireReader(WireReader&&) noexcept;
  WireReader& operator=(WireReader&&) noexcept;

  /// \param fix   set when the step is `record`, else unchanged
  /// \param names gives the number of the vehicle's text
  [[nodiscard]] WireStep next(Fix& fix, VehicleNames& names);

  /// \param event set when the step is `record`, else unchanged
  /// \param texts keeps the event's texts: the event is valid as long as the store
  [[nodiscard]] WireStep next(Event& event, TextStore& texts);

  /// \param manifest set when the step is `record`, else unchanged
  [[nodiscard]] WireStep next(Manifest& manifest);

  /// What the last step said, when it was `refused` or `broken`; else of no meaning.
  [[nodiscard]] const WireFault& fault() const noexcept;

  /// Records met so far, those that were refused too.
  [[nodiscard]] std::uint64_t records() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace haulwatch::io
