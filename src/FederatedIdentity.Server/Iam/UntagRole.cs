using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record UntagRoleInput(string? RoleName, List<string?>? TagKeys) : IOnRole, IQueryInput<UntagRoleInput>
{
    public static UntagRoleInput Read(QueryForm form) => new(form["RoleName"], form.List("TagKeys"));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .List("tagKeys", TagKeys, IamShapes.TagKeyListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnRole.On(deployment, accountId, RoleName!) with { TagKeys = TagKeys };
}

/// <summary>Takes tags off a role. A key that it does not have is no error.</summary>
internal sealed class UntagRole(IamRows rows) : IOperation<UntagRoleInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UntagRoleInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<NoOutput>(
            input.RoleName,
            call,
            (_, role) =>
            {
                role.Tags = TagSet.OfRole.Without(role.Tags, input.TagKeys!);
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
