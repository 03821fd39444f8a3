#pragma once

#include "json_document.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/units.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

/// What a value is, in the words of a message: `a number`, `text`.
[[nodiscard]] std::string_view kind_of(const boost::json::value& value) noexcept;

/// The number, where it is one, whole or not.
[[nodiscard]] std::optional<double> number_in(const boost::json::value& value) noexcept;

/// The text, or a number as text: GeoJSON has ids of either kind.
[[nodiscard]] std::optional<std::string> id_in(const boost::json::value& value);

/// Reads members of one JSON object. A member that is absent or null gives nothing; one of the wrong type gives nothing
/// and a fault.
class JsonObject {
 public:
  /// \param object_name what faults say they belong to
  JsonObject(const boost::json::object& object, std::string pointer, std::string object_name,
             std::vector<Fault>& faults);

  [[nodiscard]] const boost::json::value* find(std::string_view key) const noexcept;
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> id(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> ids(std::string_view key) const;
  [[nodiscard]] std::optional<double> number(std::string_view key) const;
  [[nodiscard]] std::optional<std::uint32_t> count(std::string_view key) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
  [[nodiscard]] std::optional<TimeUtc> time(std::string_view key) const;
  /// \param expected what else to say of a member of another type
  [[nodiscard]] const boost::json::array* array(std::string_view key, std::string_view expected) const;
  [[nodiscard]] const boost::json::object* object(std::string_view key, std::string_view expected) const;

  [[nodiscard]] std::string pointer_of(std::string_view key) const { return pointer_to(pointer_, key); }
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  void fault(std::string_view key, std::string message) const;
  void fault_at(std::string pointer, std::string message) const;

 private:
  void wrong_type(std::string_view key, const boost::json::value& found, std::string_view expected) const;

  const boost::json::object& object_;
  std::string pointer_;
  std::string name_;
  std::vector<Fault>& faults_;
};

}  // namespace haulwatch::io
