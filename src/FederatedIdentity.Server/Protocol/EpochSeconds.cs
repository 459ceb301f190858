using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Timestamps as AWS JSON writes them: a number of epoch seconds with milliseconds, <c>1538497905.0</c> for a whole second.
/// </summary>
internal sealed class EpochSeconds : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("No input of the API has a timestamp.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        var milliseconds = value.ToUnixTimeMilliseconds();
        writer.WriteRawValue((milliseconds / 1000m).ToString("0.0##", CultureInfo.InvariantCulture));
    }
}
