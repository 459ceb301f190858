using System.Buffers;
using System.Text.Json;

namespace FederatedIdentity.Benchmarks.Load.Ceiling;

/// <summary>What the ceiling reads of a body: an identity, or a pool, and the last login.</summary>
internal readonly record struct CeilingCall(string? IdentityId, string? PoolId, string? Provider, byte[] Token)
{
    public static CeilingCall Parse(in ReadOnlySequence<byte> body)
    {
        var json = new Utf8JsonReader(body);
        string? identity = null, pool = null, provider = null;
        byte[] token = [];
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("IdentityId"u8))
            {
                json.Read();
                identity = json.GetString();
            }
            else if (json.ValueTextEquals("IdentityPoolId"u8))
            {
                json.Read();
                pool = json.GetString();
            }
            else
            {
                json.Read();
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    provider = json.GetString();
                    json.Read();
                    token = json.HasValueSequence ? json.ValueSequence.ToArray() : json.ValueSpan.ToArray();
                }
            }
        }

        return new(identity, pool, provider, token);
    }
}
