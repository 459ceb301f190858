using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FederatedIdentity.Domain.Pools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>How the JSON columns are written; a change of a member's name here is a change of the schema.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DefaultRoles))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, PrincipalTagMap>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, RoleMapping>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<CognitoIdentityProvider>))]
internal sealed partial class StorageJson : JsonSerializerContext;

/// <summary>Maps a property to a JSON column as one value, read and replaced as a whole.</summary>
internal static class JsonColumn
{
    public static void HasJsonColumn<T>(this PropertyBuilder<T> property, JsonTypeInfo<T> type, string columnType = "jsonb")
        where T : class
    {
        property.HasColumnType(columnType).HasConversion(
            new ValueConverter<T, string>(
                value => JsonSerializer.Serialize(value, type),
                json => Read(json, type)),
            new ValueComparer<T>(
                (a, b) => JsonSerializer.Serialize(a, type!) == JsonSerializer.Serialize(b, type!),
                value => JsonSerializer.Serialize(value, type).GetHashCode(StringComparison.Ordinal),
                value => value));
    }

    public static T Read<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new JsonException("A JSON column holds null.");
}
