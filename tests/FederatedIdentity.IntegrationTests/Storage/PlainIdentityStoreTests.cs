using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class PlainIdentityStoreTests(PostgresFixture postgres) : NpgsqlIdentityStoreTests(postgres), IClassFixture<PostgresFixture>;
