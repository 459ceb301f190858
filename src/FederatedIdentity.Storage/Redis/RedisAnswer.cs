namespace FederatedIdentity.Storage.Redis;

/// <summary>What Redis answered in time, or <see langword="default"/> when it did not.</summary>
internal readonly record struct RedisAnswer<T>(bool Given, T? Value);
