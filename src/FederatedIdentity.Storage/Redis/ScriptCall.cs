namespace FederatedIdentity.Storage.Redis;

/// <summary>A script with its keys, and with its arguments: first the <paramref name="Numbers"/>, then the <paramref name="Bytes"/>.</summary>
internal sealed record ScriptCall(RedisScript Script, string[] Keys, double[] Numbers, byte[]? Bytes = null);
