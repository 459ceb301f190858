using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record UpdateRoleDescriptionInput(string? RoleName, string? Description) : IOnRole, IQueryInput<UpdateRoleDescriptionInput>
{
    public static UpdateRoleDescriptionInput Read(QueryForm form) => new(form["RoleName"], form["Description"]);

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("description", Description, IamShapes.RoleDescriptionType, required: true);
}

internal sealed record UpdateRoleDescriptionResult(RoleShape Role) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("Role", Role);
}

/// <summary>The older form of <see cref="UpdateRole"/>, which shows the role afterwards.</summary>
internal sealed class UpdateRoleDescription(IamRows rows, IOptions<DeploymentOptions> deployment)
    : IOperation<UpdateRoleDescriptionInput, UpdateRoleDescriptionResult>
{
    public async ValueTask<Outcome<UpdateRoleDescriptionResult>> ExecuteAsync(
        UpdateRoleDescriptionInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<UpdateRoleDescriptionResult>(
            input.RoleName,
            call,
            (_, role) =>
            {
                role.Description = input.Description is "" ? null : input.Description;
                return Task.FromResult<Outcome<UpdateRoleDescriptionResult>>(
                    new UpdateRoleDescriptionResult(RoleShape.Of(role, deployment.Value)));
            },
            ct);
}
